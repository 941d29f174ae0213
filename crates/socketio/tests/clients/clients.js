// The public JavaScript clients against a running conformance server: see README.md.
import assert from "node:assert/strict";
import { createRequire } from "node:module";

const require = createRequire(import.meta.url);
const url = process.argv[2] ?? "http://127.0.0.1:3000";
const clients = {
  "4.8.1": require("socket.io-client").io,
  "4.0.1": require("socket.io-client-v4.0").io,
  "2.5.0": require("socket.io-client-v2"),
  "1.7.4": require("socket.io-client-v1"),
};
const ways = {
  polling: { transports: ["polling"] },
  websocket: { transports: ["websocket"] },
  upgrade: { transports: ["polling", "websocket"] },
};

const once = (socket, event, ms = 3000) =>
  new Promise((resolve, reject) => {
    const timer = setTimeout(() => reject(new Error(`no ${event}`)), ms);
    socket.once(event, (...args) => {
      clearTimeout(timer);
      resolve(args);
    });
  });
const ask = (socket, ...args) => new Promise((resolve) => socket.emit(...args, (...answer) => resolve(answer)));
const pause = (ms) => new Promise((resolve) => setTimeout(resolve, ms));

async function open(io, way, options = {}, namespace = "/") {
  const socket = io(url + namespace, { ...ways[way], forceNew: true, reconnection: false, ...options });
  const auth = once(socket, "auth");
  await once(socket, "connect");
  return { socket, auth: (await auth)[0] };
}

const cases = {
  async "events of all kinds come back"({ io, way }) {
    const { socket } = await open(io, way);
    for (const args of [[], [1, "två 😀", { a: [null, true] }], [Buffer.from([1, 2, 255]), "x"], [{ deep: [Buffer.alloc(3000, 7)] }]]) {
      const back = once(socket, "message-back");
      socket.emit("message", ...args);
      assert.deepEqual(await back, args);
      assert.deepEqual(await ask(socket, "message-with-ack", ...args), args);
    }
    socket.close();
  },
  async "the server is acknowledged"({ io, way }) {
    const { socket } = await open(io, way);
    const done = new Promise((resolve) =>
      socket.on("emit-with-ack", (...args) => {
        const ack = args.at(-1);
        if (typeof ack === "function") ack("answer", Buffer.from([9]));
        else resolve(args);
      }),
    );
    socket.emit("emit-with-ack", 1);
    assert.deepEqual(await done, ["answer", Buffer.from([9])]);
    socket.close();
  },
  async "auth arrives"({ io, way, version }) {
    if ("21".includes(version[0])) return "skipped";
    const { socket, auth } = await open(io, way, { auth: { token: "123" } });
    assert.deepEqual(auth, { token: "123" });
    socket.close();
  },
  async "namespaces: one more, and none that is unknown"({ io, way, version }) {
    const { socket } = await open(io, way, {}, "/custom");
    assert.deepEqual(await ask(socket, "message-with-ack", 1), [1]);
    const unknown = io(url + "/random", { ...ways[way], forceNew: true, reconnection: false });
    const old = "21".includes(version[0]);
    const [error] = await once(unknown, old ? "error" : "connect_error");
    assert.equal(old ? error : error.message, "Invalid namespace");
    unknown.close();
    socket.close();
  },
  async "bursts of 300 in both directions"({ io, way }) {
    const { socket } = await open(io, way);
    const there = [];
    const full = new Promise((resolve) => socket.on("burst", (n) => there.push(n) === 300 && resolve()));
    socket.emit("burst", 300);
    await full;
    assert.deepEqual(there, [...Array(300).keys()]);
    const back = [];
    const all = new Promise((resolve) => socket.on("message-back", (n) => back.push(n) === 300 && resolve()));
    for (let n = 0; n < 300; n++) socket.emit("message", n);
    await all;
    assert.deepEqual(back, there);
    socket.close();
  },
  async "heartbeats keep it"({ io, way }) {
    const { socket } = await open(io, way);
    await pause(1800);
    assert.equal(socket.connected, true);
    assert.deepEqual(await ask(socket, "message-with-ack", 1), [1]);
    socket.close();
  },
  async "the others hear a broadcast, a room its members"({ io, way }) {
    const [a, b, c] = (await Promise.all([0, 1, 2].map(() => open(io, way)))).map(({ socket }) => socket);
    const heard = Promise.all([once(b, "broadcast"), once(c, "broadcast")]);
    a.on("broadcast", () => assert.fail("not to oneself"));
    a.emit("broadcast", "x", Buffer.from([1]));
    assert.deepEqual(await heard, [["x", Buffer.from([1])], ["x", Buffer.from([1])]]);
    await ask(b, "join", "red");
    c.on("room", () => assert.fail("not a member"));
    const room = once(b, "room");
    a.emit("to-room", "red", 5);
    assert.deepEqual(await room, [5]);
    for (const socket of [a, b, c]) socket.close();
  },
  async "kicked and gone"({ io, way }) {
    const { socket } = await open(io, way);
    const gone = once(socket, "disconnect");
    socket.emit("kick");
    assert.deepEqual((await gone)[0], "io server disconnect");
    socket.close();
  },
  async "the upgrade happens"({ io, way }) {
    if (way !== "upgrade") return "skipped";
    const { socket } = await open(io, way);
    for (let n = 0; n < 30 && socket.io.engine.transport.name !== "websocket"; n++) await pause(50);
    assert.equal(socket.io.engine.transport.name, "websocket");
    assert.deepEqual(await ask(socket, "message-with-ack", 1), [1]);
    socket.close();
  },
};

let failed = 0;
let passed = 0;
for (const [version, io] of Object.entries(clients))
  for (const way of Object.keys(ways))
    for (const [name, run] of Object.entries(cases)) {
      const limit = new Promise((_, reject) => setTimeout(reject, 8000, new Error("too slow")).unref());
      try {
        if ((await Promise.race([run({ io, way, version }), limit])) !== "skipped") passed++;
      } catch (error) {
        failed++;
        console.log(`FAILED ${version} ${way}: ${name}: ${error.message}`);
      }
    }
console.log(`${passed} passed, ${failed} failed`);
process.exit(failed ? 1 : 0);
