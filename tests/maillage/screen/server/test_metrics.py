import pytest
from starlette.applications import Starlette
from starlette.routing import WebSocketRoute
from starlette.testclient import TestClient
from starlette.websockets import WebSocketDisconnect
from streamlit.proto.BackMsg_pb2 import BackMsg
from streamlit.proto.ForwardMsg_pb2 import ForwardMsg

from maillage.screen.server.metrics import STREAM, Metrics, RunMeter, asks_a_run, ends_a_run


def asked() -> bytes:
    message = BackMsg()
    message.rerun_script.query_string = "territoire=departement-08"
    return message.SerializeToString()


def ended(how=ForwardMsg.FINISHED_SUCCESSFULLY) -> bytes:
    return ForwardMsg(script_finished=how).SerializeToString()


@pytest.fixture
def metrics():
    return Metrics(lambda: "20260101-abc")


@pytest.fixture
def client(metrics):
    """A server that ends each run it is asked, begun again once; it turns « elsewhere » away."""

    async def stream(socket):
        if "elsewhere" in socket.headers.get("origin", ""):
            await socket.close(1008)
            return
        await socket.accept()
        try:
            while packet := await socket.receive_bytes():
                if asks_a_run(packet):
                    for message in (ended(ForwardMsg.FINISHED_EARLY_FOR_RERUN), b"\x00" * 500, ended()):
                        await socket.send_bytes(message)
                else:
                    await socket.send_bytes(packet)
        except WebSocketDisconnect:
            pass

    return TestClient(RunMeter(Starlette(routes=[WebSocketRoute(STREAM, stream)]), metrics))


def value(metrics, name: str, **labels) -> float:
    return metrics.registry.get_sample_value(name, labels)


def test_a_run_is_counted_when_it_ends_for_good(client, metrics):
    with client.websocket_connect(STREAM) as socket:
        for _ in range(3):
            socket.send_bytes(asked())
            for _ in range(3):
                socket.receive_bytes()
        socket.send_bytes(b"not a message of Streamlit's")
        assert socket.receive_bytes() == b"not a message of Streamlit's"
        assert value(metrics, "maillage_run_seconds_count") == 3
        assert 0 < value(metrics, "maillage_run_seconds_sum") < 5
        assert value(metrics, "maillage_visitors") == 1
    assert value(metrics, "maillage_visitors") == 0


def test_who_is_refused_is_no_visitor(client, metrics):
    with (
        pytest.raises(WebSocketDisconnect),
        client.websocket_connect(STREAM, headers={"origin": "http://elsewhere.example"}),
    ):
        pass
    assert value(metrics, "maillage_connections_refused_total") == 1
    assert value(metrics, "maillage_visitors") == 0


def test_the_text_is_prometheus_own(metrics):
    metrics.errors.labels("ValueError").inc()
    text = metrics.text().decode()
    assert 'maillage_build{version="20260101-abc"} 1.0' in text
    assert 'maillage_errors_total{exception="ValueError"} 1.0' in text
    assert "# TYPE maillage_run_seconds histogram" in text


def test_no_build_is_zero():
    assert 'maillage_build{version=""} 0.0' in Metrics(lambda: None).text().decode()


@pytest.mark.parametrize("packet", [None, b"", b"\xff\xff", b"\x00" * 500])
def test_what_is_no_message_asks_nothing(packet):
    assert not asks_a_run(packet)


@pytest.mark.parametrize("packet", [None, b"", b"\x00" * 500, ended(ForwardMsg.FINISHED_EARLY_FOR_RERUN)])
def test_what_is_no_end_ends_nothing(packet):
    assert not ends_a_run(packet)
