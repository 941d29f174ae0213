"""python-socketio against a running conformance server: see README.md."""

import sys
import time
from queue import Queue

import socketio

url = sys.argv[1] if len(sys.argv) > 1 else "http://127.0.0.1:3000"


def opened(transports, **options):
    client, heard = socketio.Client(reconnection=False), Queue()
    client.on("*", lambda event, *args: heard.put([event, *args]))
    client.connect(url, transports=transports, **options)
    return client, heard


def run(transports):
    client, heard = opened(transports, auth={"token": "123"})
    assert heard.get(timeout=3) == ["auth", {"token": "123"}]
    for args in [(1, "två 😀"), (b"\x01\xff", {"deep": [b"x" * 3000]})]:
        client.emit("message", args)
        assert heard.get(timeout=3) == ["message-back", *args]
        assert client.call("message-with-ack", args, timeout=3) == args
    client.emit("burst", 300)
    assert [heard.get(timeout=3)[1] for _ in range(300)] == list(range(300))
    time.sleep(1.5)
    assert client.connected
    other, heard_too = opened(transports)
    heard_too.get(timeout=3)
    client.emit("broadcast", "x")
    assert heard_too.get(timeout=3) == ["broadcast", "x"]
    other.disconnect()
    client.disconnect()


for transports in (["polling"], ["websocket"], ["polling", "websocket"]):
    run(transports)
print("passed")
