// socket.io-client, of several versions.
"use strict";

const packages = { "io4.0": "socket.io-client-v4.0", io4: "socket.io-client", io2: "socket.io-client-v2" };
const ERROR = 4; // the packet that refuses a client of version 2

module.exports = ({ load, kind, options, place, say, heard }) => {
  const { url, transports, headers, polling_headers, auth, query, resume } = options;
  const old = kind === "io2";
  const where = () => (resume ? place.at ?? {} : {});
  const socket = load(packages[kind])(url, {
    autoConnect: false,
    forceNew: true,
    transports,
    query,
    reconnectionDelay: 50,
    reconnectionDelayMax: 200,
    ...(headers && { extraHeaders: headers }),
    // As in browsers, where a websocket can't have headers.
    ...(polling_headers && { transportOptions: { polling: { extraHeaders: polling_headers } } }),
    ...(!old && { auth: (give) => give({ ...auth, ...where() }) }),
  });
  socket.on("connect", () => say("open", { transport: socket.io.engine.transport.name }));
  // It may be upgraded before it has joined.
  socket.io.on("open", () => {
    socket.io.engine.once("upgrade", ({ name }) => say("upgraded", { transport: name }));
  });
  socket.on("disconnect", (reason) => say("closed", { reason }));
  if (old) {
    // `error` is both an event of ours and what this version calls a refusal.
    const { onpacket, onevent } = socket;
    socket.onpacket = (packet) => {
      if (packet.type === ERROR) say("refused", { data: packet.data });
      onpacket.call(socket, packet);
    };
    socket.onevent = (packet) => {
      heard(...packet.data);
      onevent.call(socket, packet);
    };
    socket.on("error", () => {});
    socket.io.on("reconnect_attempt", () => { socket.io.opts.query = { ...query, ...where() }; });
  } else {
    socket.onAny(heard);
    // Also what a lost server brings: only a refusal has data.
    socket.on("connect_error", ({ message, data }) => data && say("refused", { data: { message, data } }));
  }
  socket.open();
  const args = (more) => ("data" in more ? [more.data] : []);
  return {
    emit: (more) => socket.emit(more.event, ...args(more)),
    ask: (more) => socket.emit(more.event, ...args(more), (data) => say("ack", { data })),
    close: () => socket.close(),
    // The network is gone, and the client has not been told to stop.
    cut: () => (socket.io.engine.transport.ws ?? socket.io.engine).close(),
  };
};
