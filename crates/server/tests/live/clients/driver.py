"""python-socketio, driven by lines of JSON as driver.js says."""

import asyncio
import json
import sys

import socketio


class Client:
    def __init__(self, number):
        self.number = number
        self.place = {}
        self.socket = socketio.AsyncClient(reconnection_delay=0.05, reconnection_delay_max=0.2)
        self.socket.on("connect", self.opened)
        self.socket.on("connect_error", self.refused)
        self.socket.on("disconnect", self.closed)
        self.socket.on("*", self.heard)

    def say(self, kind, **more):
        print(json.dumps({"client": self.number, "is": kind, **more}), flush=True)

    async def opened(self):
        self.say("open", transport=self.socket.transport())

    async def refused(self, data=None):
        # Also what a lost server brings: only a refusal has data.
        if isinstance(data, dict):
            self.say("refused", data=data)

    async def closed(self, reason=None):
        self.say("closed", reason=str(reason))

    async def heard(self, event, *args):
        data = args[0] if args else None
        if isinstance(data, dict) and data.get("seq"):
            self.place = {"presentation_id": data["presentation_id"], "since": data["seq"]}
        self.say("event", event=event, data=data)

    async def connect(self, url, transports, headers=None, auth=None, query="", resume=False, **_):
        def credentials():
            return {**(auth or {}), **(self.place if resume else {})}

        try:
            await self.socket.connect(
                url + query, transports=transports, headers=headers or {}, auth=credentials, retry=False
            )
        except socketio.exceptions.ConnectionError:
            pass  # it was told of

    async def emit(self, event, **more):
        await self.socket.emit(event, *more.values())

    async def ask(self, event, **more):
        async def told(data=None):
            self.say("ack", data=data)

        await self.socket.emit(event, *more.values(), callback=told)

    async def close(self):
        await self.socket.disconnect()

    async def cut(self):
        await self.socket.eio.http.close()


async def main():
    clients, tasks = {}, set()
    lines = asyncio.StreamReader(limit=2**20)
    reading = lambda: asyncio.StreamReaderProtocol(lines)
    await asyncio.get_running_loop().connect_read_pipe(reading, sys.stdin)
    while line := await lines.readline():
        wanted = json.loads(line)
        number, action = wanted.pop("client"), wanted.pop("action")
        client = clients.setdefault(number, None) or Client(number)
        clients[number] = client
        if action == "connect":
            # The others don't wait for it.
            tasks.add(asyncio.create_task(client.connect(**wanted)))
        else:
            await getattr(client, action)(**wanted)


asyncio.run(main())
