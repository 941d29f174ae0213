// A whole client in one file and without a library: it opens a screen with a code, follows the
// presentation over a plain WebSocket, and comes back by itself when the connection is lost.

const $ = (id) => document.getElementById(id);
const show = (id, shown) => { $(id).hidden = !shown; };

let screen = JSON.parse(sessionStorage.getItem("screen") ?? "null"); // {access_token, view, …}
let competition = null; // as read over REST
let place = null;       // {presentation_id, seq}: where we are, to resume from
const stage = { slide_order: -1, timer: { value: null, enabled: false }, show_scoreboard: false };
let socket = null;
let attempts = 0;
let offset = 0;         // the server's clock minus ours, in milliseconds
let lastId = 0;
const waiting = new Map(); // id -> what to do with its acknowledgement

// --- REST -------------------------------------------------------------------------------------

async function api(path, options = {}) {
  const headers = { "Content-Type": "application/json" };
  if (screen) headers.Authorization = `Bearer ${screen.access_token}`;
  const response = await fetch(path, { ...options, headers });
  const body = await response.json().catch(() => ({}));
  if (!response.ok) throw Object.assign(new Error(body.message ?? response.statusText), body);
  return body;
}

$("login").addEventListener("submit", async (event) => {
  event.preventDefault();
  try {
    screen = null;
    const code = $("code").value.trim();
    screen = await api("/api/auth/code", { method: "POST", body: JSON.stringify({ code }) });
    sessionStorage.setItem("screen", JSON.stringify(screen));
    open();
  } catch (error) { say(error.message); }
});

async function open() {
  show("login", false);
  competition = await api(`/api/competitions/${screen.competition_id}`);
  $("view").textContent = screen.view;
  show("stage", true);
  show("operator", screen.view === "Operator");
  show("answers", screen.view === "Judge");
  connect();
}

// --- The connection ---------------------------------------------------------------------------

function connect() {
  const resume = place ? `?presentation_id=${place.presentation_id}&since=${place.seq}` : "";
  const url = `${location.origin.replace(/^http/, "ws")}/ws${resume}`;
  // Browsers can't set headers on a WebSocket: the token travels as a subprotocol.
  socket = new WebSocket(url, ["estrad", `bearer.${screen.access_token}`]);
  socket.onopen = () => {
    attempts = 0;
    $("state").textContent = "Connected.";
    compareClocks();
  };
  socket.onmessage = ({ data }) => receive(JSON.parse(data));
  socket.onclose = ({ code, reason }) => {
    waiting.forEach((settle) => settle({ ok: false, error: { message: "The connection was lost." } }));
    waiting.clear();
    // From 4500 on, connecting again the same way is of no use.
    if (code >= 4500 || [1002, 1007, 1009].includes(code)) {
      $("state").textContent = `Closed: ${reason || code}.`;
      return;
    }
    const pause = Math.min(5000, 200 * 2 ** attempts++) * (0.5 + Math.random());
    $("state").textContent = "Connecting again …";
    setTimeout(connect, pause);
  };
}

/** Sends an event; the promise is its acknowledgement: `{ok, …}`. */
function send(event, data) {
  return new Promise((settle) => {
    if (socket?.readyState !== WebSocket.OPEN) {
      return settle({ ok: false, error: { message: "Not connected." } });
    }
    waiting.set(++lastId, settle);
    socket.send(JSON.stringify({ event, data, id: lastId }));
  });
}

async function compareClocks() {
  const t0 = Date.now();
  const answer = await send("time", { t0 });
  // Half of the way there and back is taken off.
  if (answer.ok) offset = answer.server_time - (t0 + Date.now()) / 2;
}

function receive({ event, data, id }) {
  if (event === "ack") {
    waiting.get(id)?.(data);
    waiting.delete(id);
    return;
  }
  if (data?.seq) place = { presentation_id: data.presentation_id, seq: data.seq };
  on[event]?.(data);
}

// --- What happens -----------------------------------------------------------------------------

const on = {
  sync(data) {
    const { slide_order } = stage;
    for (const member of Object.keys(stage)) if (member in data) stage[member] = data[member];
    if (data.timer) $("timer").textContent = stopped(data.timer) ? "The timer is stopped." : "";
    if (slide_order !== stage.slide_order) drawQuestions();
    show("scoreboard", stage.show_scoreboard);
    if (data.scoreboard) drawScoreboard(data.scoreboard);
    draw();
  },
  resumed() { draw(); },
  answer({ team_id, question_id, question_alternative_id, answer }) {
    cell("answers", `a${team_id}-${question_alternative_id}`,
      `Team ${team_id}, question ${question_id}`, answer);
  },
  async score() {
    if (!stage.show_scoreboard) return;
    const board = await api(`/api/competitions/${screen.competition_id}/scoreboard`);
    drawScoreboard(board.teams);
  },
  presence({ teams, judges, audience, operators }) {
    const count = Object.keys(teams).length;
    $("presence").textContent =
      `${count} teams, ${judges} judges, ${audience} in the audience, ${operators} operators`;
  },
  async competition_changed() {
    competition = await api(`/api/competitions/${screen.competition_id}`);
    drawQuestions();
    draw();
  },
  end_presentation() {
    sessionStorage.removeItem("screen");
    $("state").textContent = "The presentation is over.";
  },
  error({ message }) { say(message); },
};

const say = (text) => { $("error").textContent = text ?? ""; };
const stopped = ({ value, enabled }) => value !== null && !enabled;
const slide = () => competition?.slides[stage.slide_order];

function draw() {
  $("slide").textContent = `${stage.slide_order + 1} of ${competition.slides.length}`;
  $("title").textContent = slide()?.title ?? "";
}

function drawClock() {
  const { value, enabled } = stage.timer;
  const left = enabled ? Math.max(0, value - (Date.now() + offset)) : 0;
  $("clock").textContent = enabled ? (left / 1000).toFixed(1) : "";
}
setInterval(drawClock, 100);

function cell(table, key, head, text) {
  const body = $(table).querySelector("tbody");
  let row = [...body.rows].find((row) => row.dataset.key === key);
  if (!row) {
    row = body.insertRow();
    row.dataset.key = key;
    row.insertCell().textContent = head;
    row.insertCell();
  }
  row.cells[1].textContent = text;
}

function drawScoreboard(lines) {
  for (const { team_id, name, rank, total } of lines) {
    cell("scoreboard", `t${team_id}`, name, `${total} (place ${rank})`);
  }
}

// --- Teams ------------------------------------------------------------------------------------

function drawQuestions() {
  const form = $("questions");
  form.replaceChildren();
  if (screen.view !== "Team") return;
  for (const question of slide()?.questions ?? []) {
    const title = form.appendChild(document.createElement("p"));
    title.textContent = `${question.name} (${question.total_score} points)`;
    for (const alternative of question.alternatives) {
      const label = form.appendChild(document.createElement("label"));
      const input = document.createElement("input");
      // Multiple and single choice are answered with "1" and "0", texts with the text.
      if ([3, 4].includes(question.type_id)) input.type = "checkbox";
      label.append(input, ` ${alternative.alternative}`);
      let typing;
      input.addEventListener("input", () => {
        clearTimeout(typing);
        typing = setTimeout(() => answer(alternative.id, input), 100);
      });
    }
  }
}

async function answer(question_alternative_id, input) {
  const text = input.type === "checkbox" ? String(+input.checked) : input.value;
  // With a key of its own an answer can be sent again without harm.
  const key = crypto.randomUUID?.() ?? String(Math.random());
  const data = { team_id: screen.team_id, question_alternative_id, answer: text, key };
  const taken = await send("answer", data);
  input.classList.toggle("locked", !taken.ok);
  say(taken.ok ? "" : taken.error.message);
}

// --- Operators and judges ---------------------------------------------------------------------

const seconds = () => slide()?.timer ?? 30;
const steps = {
  previous: () => ({ slide_order: stage.slide_order - 1 }),
  next: () => ({ slide_order: stage.slide_order + 1 }),
  start: () => ({ timer: { value: Date.now() + 1000 * seconds(), enabled: true } }),
  stop: () => ({ timer: { value: stage.timer.value, enabled: false } }),
  scoreboard: () => ({ show_scoreboard: !stage.show_scoreboard }),
};

$("operator").addEventListener("click", async ({ target }) => {
  const step = target.dataset.do;
  if (!step) return;
  const done = step === "end" ? await send("end_presentation", {}) : await send("sync", steps[step]());
  say(done.ok ? "" : done.error.message);
});

$("score").addEventListener("submit", async (event) => {
  event.preventDefault();
  const entries = [...new FormData(event.target)].map(([name, value]) => [name, Number(value)]);
  const done = await send("score", Object.fromEntries(entries));
  say(done.ok ? "" : done.error.message);
});

if (screen) open().catch(() => { sessionStorage.removeItem("screen"); location.reload(); });
