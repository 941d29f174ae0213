// A public JavaScript client, driven by lines of JSON: `node driver.js FOLDER KIND`, where FOLDER
// has the `node_modules`. What to do comes on the standard input, what happened goes to the standard
// output; `client` tells the clients of one process apart. The stories are told in Rust.
"use strict";
const { createRequire } = require("node:module");
const { createInterface } = require("node:readline");

const [folder, kind] = process.argv.slice(2);
const load = createRequire(`${folder}/`);
const clients = new Map();

function connect(client, options) {
  const say = (is, more) => process.stdout.write(`${JSON.stringify({ client, is, ...more })}\n`);
  // Where the client is, for those that resume.
  const place = { at: null };
  const heard = (event, data) => {
    if (data?.seq) place.at = { presentation_id: data.presentation_id, since: data.seq };
    say("event", { event, data });
  };
  const open = kind === "ws" ? require("./plain.js") : require("./socketio.js");
  clients.set(client, open({ load, kind, options, place, say, heard }));
}

createInterface({ input: process.stdin })
  .on("line", (line) => {
    const { client, action, ...more } = JSON.parse(line);
    if (action === "connect") connect(client, more);
    else clients.get(client)[action](more);
  })
  .on("close", () => process.exit(0));
