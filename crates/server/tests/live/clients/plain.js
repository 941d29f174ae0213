// A plain websocket, which comes back by itself as docs/examples/live.js does.
"use strict";

module.exports = ({ load, options, place, say, heard }) => {
  const WebSocket = load("ws");
  const { url, headers, auth, query, protocols, resume } = options;
  const state = { socket: null, id: 0, wanted: true };

  function open() {
    const where = resume ? place.at ?? {} : {};
    const asked = new URLSearchParams({ ...query, ...where });
    const socket = new WebSocket(`${url.replace(/^http/, "ws")}/ws?${asked}`, protocols ?? [], { headers });
    state.socket = socket;
    socket.on("open", () => {
      say("open", { transport: "websocket", protocol: socket.protocol });
      if (auth) send("auth", auth);
    });
    socket.on("message", (text) => {
      const { event, data } = JSON.parse(text);
      if (event === "ack") say("ack", { data });
      else heard(event, data);
    });
    socket.on("error", () => {});
    socket.on("close", (code, reason) => {
      // One that never opened says nothing, as with the other clients.
      if (code !== 1006 || place.at) say("closed", { code, reason: String(reason) });
      const again = state.wanted && code < 4500;
      if (again) setTimeout(open, 100);
    });
  }

  const send = (event, data, id) => state.socket.send(JSON.stringify({ event, data, id }));
  open();
  return {
    emit: ({ event, data }) => send(event, data),
    ask: ({ event, data }) => send(event, data, ++state.id),
    close: () => {
      state.wanted = false;
      state.socket.close();
    },
    cut: () => state.socket.terminate(),
  };
};
