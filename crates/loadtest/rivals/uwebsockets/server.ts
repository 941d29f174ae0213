// uWebSockets, which is what Bun's server is: one topic, and what one sends goes to all.
// Run with: bun server.ts PORT

const TOPIC = "presentation";
const STATE = JSON.stringify({ event: "sync", data: { slide_order: 0, seq: 0 } });

const server = Bun.serve({
  hostname: "127.0.0.1",
  port: Number(process.argv[2]),
  fetch(request, server) {
    if (server.upgrade(request)) return;
    return new Response("WebSocket only", { status: 426 });
  },
  websocket: {
    perMessageDeflate: false,
    open(socket) {
      socket.subscribe(TOPIC);
      socket.send(STATE);
    },
    message(_socket, message) {
      // The server's publish, not the socket's: the sender hears it too.
      server.publish(TOPIC, message);
    },
  },
});
