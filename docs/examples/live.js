// A whole client in one file and without a library: it opens a screen with a code, follows the
// presentation over a plain WebSocket, and comes back by itself when the connection is lost.

const $ = (id) => document.getElementById(id);
const show = (id, shown) => { $(id).hidden = !shown; };

let screen = JSON.parse(sessionStorage.getItem("screen") ?? "null"); // {access_token, view, …}
let competition = null; // as read over REST
let place = null;       // {presentation_id, seq}: where we are, to resume from
const stage = { slide_order: -1, step: 0, timer: { value: null, enabled: false }, show_scoreboard: false };
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
  say("");
  try {
    screen = null;
    const code = $("code").value.trim();
    // Who comes early waits for the start.
    const body = JSON.stringify({ code, wait: true });
    screen = await api("/api/auth/code", { method: "POST", body });
    sessionStorage.setItem("screen", JSON.stringify(screen));
    await open();
  } catch (error) { say(error.message); }
});

async function readCompetition() {
  competition = await api(`/api/competitions/${screen.competition_id}`);
  fillScoreForm();
}

async function open() {
  show("login", false);
  if (!screen.waiting) await begin();
  connect();
}

async function begin() {
  await readCompetition();
  $("view").textContent = screen.view;
  show("stage", true);
  show("answers", screen.view === "Judge");
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
    say("");
    compareClocks();
  };
  socket.onmessage = ({ data }) => receive(JSON.parse(data));
  socket.onclose = ({ code, reason }) => {
    waiting.forEach((settle) => settle({ ok: false, error: { message: "The connection was lost." } }));
    waiting.clear();
    // From 4500 on, connecting again the same way is of no use.
    if (code >= 4500) {
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
  async sync(data) {
    if (data.waiting) {
      const team = data.team ? `, ${data.team.name}` : "";
      $("state").textContent = `Waiting for the start of ${data.competition.name}${team}.`;
      return;
    }
    const { slide_order } = stage;
    for (const member of Object.keys(stage)) if (member in data) stage[member] = data[member];
    if (data.timer) $("timer").textContent = stopped(data.timer) ? "The timer is stopped." : "";
    if (screen.waiting) {
      delete screen.waiting;
      sessionStorage.setItem("screen", JSON.stringify(screen));
      $("state").textContent = "Connected.";
      await begin();
      drawSlide();
    } else if (competition?.views === "as_shown" && ("slide_id" in data || "step" in data)) {
      // There is more to read now than there was.
      await readCompetition();
      drawSlide();
    }
    if (slide_order !== stage.slide_order) {
      say("");
      drawSlide();
    }
    // Not before: a step is taken from where the show is.
    show("operator", screen.view === "Operator");
    show("scoreboard", stage.show_scoreboard);
    if (data.scoreboard) drawScoreboard(data.scoreboard);
    // Who waits for a presentation that has ended is told when it goes on.
    if (data.ended !== undefined) $("state").textContent = data.ended ? ENDED : "Connected.";
    const isOver = data.ended ?? "resumable_until" in data;
    for (const button of $("operator").children) {
      button.hidden = (button.dataset.do === "undo") !== isOver;
    }
    draw();
  },
  locked({ question_alternative_id }) {
    if (question_alternative_id) $(`alternative-${question_alternative_id}`)?.classList.add("locked");
    else $("timer").textContent = "Answers are not taken now.";
  },
  reopened({ seconds }) { $("timer").textContent = `${seconds} s more to answer.`; },
  resumed() { draw(); },
  answer({ team_id, question_id, question_alternative_id, answer }) {
    // From another screen of one's own team, or of any team to those who correct.
    if (screen.view === "Team") return fillIn(question_alternative_id, answer);
    const question = find("questions", question_id);
    const alternative = question?.alternatives.find(({ id }) => id === question_alternative_id);
    const where = [teamName(team_id), question?.name, alternative?.alternative];
    cell("answers", `a${team_id}-${question_alternative_id}`, where.filter(Boolean).join(", "), answer ?? "");
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
    await readCompetition();
    drawSlide();
    draw();
  },
  end_presentation({ resumable_until }) {
    if (resumable_until) return;
    sessionStorage.removeItem("screen");
    $("state").textContent = "The presentation is over.";
  },
  error({ message }) { say(message); },
};

const ENDED = "The presentation has ended and may be resumed.";
const say = (text) => { $("error").textContent = text ?? ""; };
const stopped = ({ value, enabled }) => value !== null && !enabled;
const slide = () => competition?.slides.find(({ order }) => order === stage.slide_order);
const find = (what, id) => competition.slides.flatMap((slide) => slide[what]).find((one) => one.id === id);
const teamName = (id) => competition.teams.find((team) => team.id === id)?.name ?? `Team ${id}`;

function draw() {
  if (!competition) return;
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

// --- The slide --------------------------------------------------------------------------------

const VIEW = { Team: 1, Audience: 3 };

function drawSlide() {
  drawContent();
  drawQuestions();
  // Judges score what is shown, mostly.
  const [question] = slide()?.questions ?? [];
  if (question) $("score").elements.question_id.value = question.id;
}

/** What is placed on the slide for one's own view; operators and judges see what the audience sees. */
function drawContent() {
  const view = VIEW[screen.view] ?? VIEW.Audience;
  const placed = (slide()?.components ?? []).filter(({ view_type_id }) => view_type_id === view);
  placed.sort((a, b) => a.y - b.y || a.x - b.x);
  $("content").replaceChildren(...placed.flatMap(({ type_id, text, media }) => {
    if (type_id === 1) {
      const part = document.createElement("div");
      // The server keeps only what is harmless of the HTML in texts.
      part.innerHTML = text;
      return [part];
    }
    if (type_id !== 2) return [];
    const video = media.type_id === 2;
    const part = document.createElement(video ? "video" : "img");
    part.src = `/static/${video ? "videos" : "images"}/${media.filename}`;
    if (video) part.controls = true; else part.alt = "";
    return [part];
  }));
}

// --- Teams ------------------------------------------------------------------------------------

const given = new Map(); // what was typed or answered, by alternative

function drawQuestions() {
  if (screen.view !== "Team") return;
  const own = competition.teams.find(({ id }) => id === screen.team_id);
  for (const { question_alternative_id, answer } of own?.question_alternative_answers ?? []) {
    if (!given.has(question_alternative_id)) given.set(question_alternative_id, answer);
  }
  const form = $("questions");
  // Somebody may be typing while the competition is edited.
  const { activeElement: typing } = document;
  const [where, from, to] = [typing?.id, typing?.selectionStart, typing?.selectionEnd];
  form.replaceChildren();
  for (const question of slide()?.questions ?? []) {
    const title = form.appendChild(document.createElement("p"));
    title.textContent = `${question.name} (${question.total_score} points)`;
    question.alternatives.forEach((alternative) => drawAlternative(form, question, alternative));
  }
  const again = where && form.querySelector(`#${CSS.escape(where)}`);
  if (again) {
    again.focus();
    if (again.type === "text") again.setSelectionRange(from, to);
  }
}

function drawAlternative(form, question, alternative) {
  const label = form.appendChild(document.createElement("label"));
  const input = document.createElement("input");
  input.id = `alternative-${alternative.id}`;
  // Multiple and single choice are answered with "1" and "0", texts with the text.
  input.type = { 3: "checkbox", 4: "radio" }[question.type_id] ?? "text";
  input.name = `question-${question.id}`;
  label.append(input, ` ${alternative.alternative || (input.type === "text" ? "Answer" : "")}`);
  fillIn(alternative.id, given.get(alternative.id) ?? "");
  let pause;
  input.addEventListener("input", () => {
    given.set(alternative.id, input.type === "text" ? input.value : String(+input.checked));
    clearTimeout(pause);
    pause = setTimeout(() => answer(alternative.id, input), 100);
  });
}

/** What another screen of the team answered, or this one before. */
function fillIn(alternative_id, answer) {
  given.set(alternative_id, answer ?? "");
  const input = $(`alternative-${alternative_id}`);
  if (!input) return;
  if (input.type === "text") input.value = answer ?? ""; else input.checked = answer === "1";
}

async function answer(question_alternative_id, input) {
  const text = given.get(question_alternative_id);
  // With a key of its own an answer can be sent again without harm.
  const key = crypto.randomUUID?.() ?? String(Math.random());
  const data = { team_id: screen.team_id, question_alternative_id, answer: text, key };
  const taken = await send("answer", data);
  input.classList.toggle("locked", !taken.ok);
  say(taken.ok ? "" : taken.error.message);
}

// --- Operators and judges ---------------------------------------------------------------------

const seconds = () => slide()?.timer ?? 30;
const serverTime = () => Math.round(Date.now() + offset);
const sync = (data) => send("sync", data);
const steps = {
  previous: () => sync({ slide_order: stage.slide_order - 1 }),
  next: () => sync({ slide_order: stage.slide_order + 1 }),
  start: () => sync({ timer: { value: serverTime() + 1000 * seconds(), enabled: true } }),
  stop: () => sync({ timer: { value: stage.timer.value, enabled: false } }),
  pause: () => send("timer_pause", {}),
  resume: () => send("timer_resume", {}),
  more: () => send("timer_add", { seconds: 30 }),
  clue: () => send("step", { step: stage.step + 1 }),
  scoreboard: () => sync({ show_scoreboard: !stage.show_scoreboard }),
  end: () => send("end_presentation", {}),
  undo: () => send("resume_presentation", {}),
};

$("operator").addEventListener("click", async ({ target }) => {
  const step = target.dataset.do;
  if (!step) return;
  say("");
  const done = await steps[step]();
  say(done.ok ? "" : done.error.message);
});

/** So that nobody has to know ids. */
function fillScoreForm() {
  const options = (things) => things.map(({ id, name }) => new Option(name, id));
  const form = $("score");
  for (const [field, things] of [
    ["team_id", competition.teams],
    ["question_id", competition.slides.flatMap(({ questions }) => questions)],
  ]) {
    const { value } = form.elements[field];
    form.elements[field].replaceChildren(...options(things));
    if (value) form.elements[field].value = value;
  }
}

$("score").addEventListener("submit", async (event) => {
  event.preventDefault();
  say("");
  const number = (value) => Number(value.replace(",", "."));
  const entries = [...new FormData(event.target)].map(([name, value]) => [name, number(value)]);
  const done = await send("score", Object.fromEntries(entries));
  say(done.ok ? "" : done.error.message);
});

if (screen) open().catch(() => { sessionStorage.removeItem("screen"); location.reload(); });
