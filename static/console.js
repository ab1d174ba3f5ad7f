/* The console's one script: keys, focus, timers, prefetch, and the live socket. The page works without it. */
(() => {
  "use strict";

  const $ = (selector, root = document) => root.querySelector(selector);
  const $$ = (selector, root = document) => [...root.querySelectorAll(selector)];
  const words = $("#say").dataset;
  const main = () => $("#decision");
  const pane = () => $("#decision[data-id]");
  const shownId = () => Number(pane()?.dataset.id || 0);
  const isQueue = () => Boolean($("#rows"));
  const isVisible = (node) => Boolean(node?.checkVisibility?.() ?? node?.offsetParent);
  const url = (id, leaf = "") => `/queue/${id}${leaf}`;

  // --- Saying things to those who listen -------------------------------------------------------------------------
  const say = (text) => { $("#say").textContent = text || ""; };

  // --- Fetching: text of a fragment, and leaves put where their ids are --------------------------------------------
  // Whose session ended is told so where they sign in, and comes back here.
  const signIn = (answer) => location.assign(answer.headers.get("HX-Redirect") || "/sign-in");

  async function get(path) {
    const answer = await fetch(path, { headers: { "HX-Request": "true" }, credentials: "same-origin" });
    if (answer.status === 401) { signIn(answer); return new Promise(() => {}); }
    if (!answer.ok) throw new Error(String(answer.status));
    return answer.text();
  }

  function post(path, fields = {}, more = {}) {
    const form = new FormData();
    form.set("csrfmiddlewaretoken", $("[name=csrfmiddlewaretoken]")?.value || "");
    for (const [name, value] of Object.entries(fields)) form.set(name, value);
    return fetch(path, { method: "POST", body: form, headers: { "HX-Request": "true" }, credentials: "same-origin", ...more });
  }

  const parsed = (html) => {
    const holder = document.createElement("template");
    holder.innerHTML = html;
    return holder.content;
  };

  // Replaces each element that has the id of one that is there; nothing else of the page is touched.
  function put(html) {
    for (const node of [...parsed(html).children]) {
      const old = node.id && document.getElementById(node.id);
      if (!old) continue;
      const hadFocus = old.contains(document.activeElement);
      old.replaceWith(node);
      htmx.process(node);
      if (hadFocus) (node.matches("[tabindex]") ? node : $("#title"))?.focus({ preventScroll: true });
    }
  }

  // Changes a piece in place, so that focus, caret and scroll stay where they are.
  const morph = (node, html, style) => Idiomorph.morph(node, html, { morphStyle: style, ignoreActiveValue: true, restoreFocus: true });

  // --- Clock: one interval, server time ---------------------------------------------------------------------------
  // A time of the server arrives late and never early, so the largest difference seen is the nearest to the truth.
  let offset = -Infinity;
  const setClock = (ms, at = Date.now()) => { offset = Math.max(offset, ms - at); };
  const now = () => Date.now() + offset;
  const clock = (seconds) => `${Math.floor(seconds / 60)}:${String(seconds % 60).padStart(2, "0")}`;

  const lapsed = new WeakSet();

  function tickDue(node) {
    const left = Math.max(0, Math.floor((Date.parse(node.dateTime) - now()) / 1000)), isShort = node.dataset.due === "short";
    if (left >= 3600) return;
    if (!left && isShort && !lapsed.has(node)) { lapsed.add(node); refresh(Number(node.closest(".qi").dataset.id)).catch(() => {}); }
    const text = left < 900 || !isShort ? clock(left) : words.minutes.replace("{n}", Math.floor(left / 60));
    if (node.textContent !== text) node.textContent = text;
    node.classList.toggle("bad", left < 300);
    node.classList.toggle("warn", left >= 300 && left < 900);
    if (!isShort && (left === 300 || left === 60)) say(left === 60 ? words.one : words.five);
  }

  function tickUndo(node) {
    const left = Math.ceil((Date.parse(node.dataset.until) - now()) / 1000);
    const seconds = $("[data-seconds]", node);
    if (left > 0 && seconds) seconds.textContent = left;
    if (left > 0 || !$("form", node)) return;
    $("form", node).remove();
    $("[data-running]", node).hidden = true;
    $("[data-over]", node).hidden = false;
    setTimeout(() => { if (node.isConnected) node.replaceWith(slot()); }, 20000);
  }

  const tickUndos = () => $$("#undo[data-until]").forEach(tickUndo);

  function slot() {
    const empty = document.createElement("span");
    empty.id = "undo";
    empty.hidden = true;
    return empty;
  }

  function tick() {
    $$("time[data-due]").forEach(tickDue);
    tickUndos();
    tickLive();
  }

  // --- Panes: prefetched, swapped at once, then claimed -------------------------------------------------------------
  const FRESH = 30000, DEAD = 350;
  const cache = new Map();
  let paintedAt = 0, asked = 0, heldAt = 0;
  const isAlive = () => performance.now() - paintedAt >= DEAD;

  function markPainted() {
    paintedAt = Infinity;
    requestAnimationFrame(() => requestAnimationFrame(() => { paintedAt = performance.now(); }));
  }

  async function paneOf(id) {
    const kept = cache.get(id);
    cache.delete(id);
    return kept && Date.now() - kept.at < FRESH ? kept.html : get(url(id));
  }

  function prefetch() {
    const all = waiting(), at = all.findIndex((row) => Number(row.dataset.id) === shownId());
    for (const row of all.slice(at + 1, at + 3)) {
      const id = Number(row.dataset.id);
      if (cache.get(id) && Date.now() - cache.get(id).at < FRESH) continue;
      get(url(id)).then((html) => cache.set(id, { html, at: Date.now() }), () => cache.delete(id));
    }
  }

  // What was begun and not sent waits for its escalation as long as this page lives; a typed fact is typed anew.
  const drafts = new Map();
  const entered = () => $$(":is([name=reason], [name=answer], [type=radio])", pane()).filter((field) => field.form?.dataset.decide);

  function keep() {
    const id = shownId(), box = $("#bar .say[open]")?.dataset.say || "";
    if (pane()?.dataset.status !== "open") return;
    const said = entered().filter((field) => field.type === "radio" ? field.checked : field.value.trim())
      .map((field) => [field.form.dataset.decide, field.name, field.value]);
    if (said.length) drafts.set(id, { box, said });
    else drafts.delete(id);
  }

  function restore() {
    const draft = pane()?.dataset.status === "open" && drafts.get(shownId());
    if (!draft) return;
    for (const field of entered()) {
      const said = draft.said.find(([form, name]) => form === field.form.dataset.decide && name === field.name)?.[2];
      if (field.type === "radio") field.checked = field.value === said;
      else field.value = said || "";
    }
    const box = draft.box && panel(draft.box);
    if (box) box.open = true;
  }

  function swap(html) {
    const node = parsed(html).firstElementChild, undo = $("#undo[data-until]"), before = shownId();
    keep();
    main().replaceWith(node);
    // A pane that was fetched ahead may offer to undo an older decision: the later one stays.
    const theirs = undo && $("#undo", node);
    if (theirs && !((theirs.dataset.until || "") > undo.dataset.until)) theirs.replaceWith(undo);
    if (shownId() !== before) scrollTo(0, 0);
    htmx.process(node);
    ready();
  }

  function setTitle() {
    const fresh = Number($("#new")?.dataset.count || 0);
    if (main()?.dataset.title) document.title = (fresh ? `(${fresh}) ` : "") + main().dataset.title;
  }

  // What every new pane needs, also the one that came with the page.
  function ready() {
    markPainted();
    restore();
    gateTyped();
    letter();
    if (!main()) return;
    setTitle();
    tick();
  }

  async function show(id, { push = true, focus = true } = {}) {
    const turn = ++asked, left = $("#claim[data-held]") && shownId();
    main().setAttribute("aria-busy", "true");
    let html;
    try { html = await (id ? paneOf(id) : get("/queue")); } catch { if (turn === asked) location.assign(id ? url(id) : "/queue"); return; }
    if (turn !== asked) return;
    swap(html);
    const here = shownId();
    if (left && left !== here) post(url(left, "/release"), {}, { keepalive: true });
    if (push && location.pathname !== (here ? url(here) : "/queue")) history.pushState({ id: here }, "", here ? url(here) : "/queue");
    mark(here);
    if (focus) focusOn(here);
    say(main().dataset.said);
    look();
    prefetch();
  }

  // Who only looks holds nothing; where the rules want a look of some seconds, it begins when it is shown.
  function look() {
    const form = $("#claim[data-look] form");
    if (form && isVisible(pane())) post(form.action, { ...Object.fromEntries(new FormData(form)), look: 1 }).catch(() => {});
  }

  // Whoever begins to act on it holds it: a click in the pane, a key that leads into a form of it.
  async function claim() {
    const form = $("#claim form"), id = shownId();
    if (!form || form.dataset.asked || !isVisible(pane())) return;
    form.dataset.asked = 1;
    heldAt = Date.now();
    const answer = await post(form.action, Object.fromEntries(new FormData(form))).catch(() => null);
    if (!answer || shownId() !== id || $("#bar [data-sending]")) return;
    if (answer.ok) put(await answer.text());
    else if (answer.status === 409 && pane().dataset.status === "open") { await overtaken(id); pane().dataset.status = "closed"; }
  }

  function begin({ target }) {
    if (target.closest?.("#decision :is([data-decide], #editing, #change [form]), #bar [data-edit]")) claim();
  }

  // Activity extends what is held; a page that is left lets go.
  function extend() {
    if (!$("#claim[data-held]") || Date.now() - heldAt < 120000) return;
    heldAt = Date.now();
    post(url(shownId(), "/claim"), { version: pane().dataset.version, evidence_sha256: $("[name=evidence_sha256]")?.value || "" }).catch(() => { heldAt = 0; });
  }

  // --- Rows -------------------------------------------------------------------------------------------------------
  const rows = () => $$("#rows .qi");
  const waiting = () => rows().filter((row) => !row.classList.contains("done"));
  const rowOf = (id) => $(`#row-${id} .qi`);

  // A row that was asked for earlier may still say that it is the one that is shown.
  function point() {
    for (const row of rows()) if (Number(row.dataset.id) === shownId()) row.setAttribute("aria-current", "true"); else row.removeAttribute("aria-current");
  }

  function mark(id) {
    point();
    rowOf(id)?.scrollIntoView({ block: "nearest" });
    tidy();
  }

  // Rows that were decided stay, dimmed, until the reader moves on; the one that can be undone stays longer.
  function tidy() {
    const undo = $("#undo[data-until]")?.dataset.of;
    for (const row of $$("#rows .done:not([aria-current])")) if (row.dataset.id !== undo) row.closest("li").remove();
    for (const list of $$("#rows ol")) {
      if (!list.children.length) { list.previousElementSibling.remove(); list.remove(); }
    }
    recount();
  }

  // A group counts what waits in it, as the numbers of the server do, and not what stays to be looked at.
  function recount() {
    for (const list of $$("#rows ol")) $("[data-count]", list.previousElementSibling).textContent = $$(".qi:not(.done)", list).length;
  }

  function focusOn(id) {
    const row = rowOf(id);
    if (isVisible(row)) { row.focus(); row.scrollIntoView({ block: "nearest" }); }
    else $("#title")?.focus({ preventScroll: true });
  }

  function neighbour(step, from = shownId()) {
    const all = rows(), at = all.findIndex((row) => Number(row.dataset.id) === from);
    const way = step > 0 ? all.slice(at + 1) : all.slice(0, Math.max(at, 0)).reverse();
    return way.find((row) => !row.classList.contains("done"));
  }

  function move(step) {
    const row = neighbour(step);
    if (row) return show(Number(row.dataset.id));
    if (step > 0 && $("#more")) $("#more").click();
    return pane() && pane().dataset.status === "open" ? undefined : onward();
  }

  // After a decision: the row below, else the one above, else whatever the server has.
  function onward() {
    const row = [neighbour(1), neighbour(-1)].find((near) => near && !near.matches(".voted"));
    return show(row ? Number(row.dataset.id) : 0);
  }

  async function merge() {
    const html = await get(`/queue/list?current=${shownId()}&rows=${rows().length}`);
    const box = $("#rows"), top = box.scrollTop;
    morph(box, html, "innerHTML");
    htmx.process(box);
    point();
    box.scrollTop = top;
    tick();
    await count(true);
  }

  async function count(isMerged = false) {
    const box = $("#rows");
    if (isMerged) box.dataset.newest = Math.max(0, ...rows().map((row) => Number(row.dataset.id)), Number(box.dataset.newest) + Number($("#new").dataset.count));
    put(await get(`/queue/counts${box ? `?since=${box.dataset.newest}` : ""}`));
    const back = $(".mback .num");
    if (back) back.textContent = $("#n-nav").textContent;
    setTitle();
  }

  async function refresh(id) {
    const row = rowOf(id);
    if (row) morph(row.closest("li"), await get(url(id, `/row?current=${shownId()}`)), "outerHTML");
    point();
    recount();
  }

  // --- Deciding ---------------------------------------------------------------------------------------------------
  const bar = () => $("#bar");
  const panel = (name) => $(`#bar [data-say=${name}]`);

  // Approve of the typed class says that it waits; the server compares, here only emptiness is looked at.
  function gateTyped() {
    const typed = $("#typed");
    const button = typed && $("button", typed.form);
    if (button && ["approve", "edit"].includes(typed.form.dataset.decide)) button.setAttribute("aria-disabled", String(!typed.value.trim()));
  }

  function approve() {
    if (!isAlive() || !bar()) return;
    const named = panel("approve");
    const password = $("#password");
    if ($("#typed")) $("#typed").focus();
    else if (named) { named.open = true; (password || $("[name=named]", named)).focus(); }
    else if (password && !password.value) password.focus();
    else $("form[data-decide=approve]", bar())?.requestSubmit();
  }

  function reject() {
    if ($("#bar [data-reply]")) return $("#bar [data-reply]").focus();
    const box = isAlive() && panel("reject");
    if (!box) return;
    box.open = true;
    ($("input:checked", box) || $("input[type=radio]", box)).focus();
  }

  const revise = () => instruct("revise");

  function instruct(name) {
    const box = isAlive() && panel(name);
    if (!box) return;
    box.open = true;
    $("[name=reason]", box).focus();
  }

  function edit() {
    if (isAlive()) $("#bar :is([data-edit], [data-again])")?.click();
  }

  // A number picks what is offered where it is offered: the answer of a question, a reason, a choice of the bar.
  const offers = () => $("#bar [data-say=reject][open]") || $("#bar form:is([data-decide=settle], [data-decide=edit])");

  function choose(digit) {
    if (!isAlive()) return;
    const box = offers();
    const radio = $("#answering") ? $(`[name=option][value="${digit || "none"}"]`, pane()) : box && $$("input[type=radio]", box)[digit - 1];
    if (!radio) return;
    radio.checked = true;
    letter();
    const typed = ["repeat", "0", "1"].includes(radio.value) && box?.matches("form") && $("#typed", box);
    (typed || (digit ? box?.matches("form") && $("[name=reason]", box) : $("#bar .own")) || radio).focus();
  }

  // The button says which answer it sends.
  function letter() {
    const node = $("#bar [data-letter]");
    if (node) node.textContent = $("#asked [name=option]:checked")?.dataset.letter || "";
  }

  function changed() {
    const box = $("#before");
    if (box) { box.scrollIntoView({ block: "start" }); box.focus({ preventScroll: true }); }
  }

  function fold() {
    const box = $("#bar .say[open]"), back = $("#bar [data-back]");
    if (box) { box.open = false; $("summary", box).focus(); }
    else back?.click();
    return Boolean(box || back);
  }

  const isChanged = (field) => field.value !== (field.defaultValue ?? $("option[selected]", field)?.value);
  const draftOf = () => [...$$("#bar :is([name=typed], [name=reason], [name=answer])"), ...$$("#change [form=editing]").filter(isChanged)]
    .map((field) => field.value.trim()).filter(Boolean).join("\n");

  // Someone else decided what is on the screen: only the bar and the time change, what was typed can be copied.
  async function overtaken(id) {
    if (shownId() !== id || $("#bar .htmx-request, #bar.htmx-request")) return;
    const draft = draftOf(), html = await get(url(id, "/bar"));
    if (shownId() !== id || $("#bar .htmx-request")) return;
    put(html);
    const copy = $("#bar [data-copy]");
    if (copy && draft) { copy.dataset.copy = draft; copy.hidden = false; }
    markPainted();
  }

  // --- Keys: the table is the dialog's -----------------------------------------------------------------------------
  const table = new Map();
  for (const row of $$("#keys [data-does]")) if (row.dataset.does) for (const key of row.dataset.press.split("|")) table.set(key, row.dataset.does);

  const does = {
    keys: () => $("#keys").togglePopover(),
    queue: () => location.assign("/queue"),
    next: () => move(1),
    previous: () => move(-1),
    merge: () => merge(),
    link: () => copyText(location.href, words.link),
    conversation: () => { const box = $("#conversation"); if (box) box.open = !box.open; },
    precedents: () => $("#precedents")?.focus(),
    approve, reject, revise, edit, changed,
    back: () => instruct("back"),
    take: () => isAlive() && $("#bar [data-take]")?.click(),
    choose: (key) => choose(Number(key)),
    undo: () => $("#undo form")?.requestSubmit(),
    ...Object.fromEntries(["audits", "labels", "policies", "health", "halts"].map((name) => [name, () => location.assign(`/${name}`)])),
    press: (key) => press(key),
    less: () => nudge("stepDown"),
    more: () => nudge("stepUp"),
  };

  // Moves the number that the page offers for it by one step, and previews it as typing would.
  function nudge(step) {
    const field = $("[data-nudge]");
    if (!field) return;
    if (!field.value) field.value = field.max;
    field[step]();
    field.dispatchEvent(new Event("input", { bubbles: true }));
  }

  // The handle below the line of mistakes and the number say the same; either previews.
  function slide({ target }) {
    const handle = $("[data-slide]"), field = $("[data-nudge]");
    if (!handle || !field) return;
    handle.min = $("[data-start]")?.dataset.start ?? handle.min;
    if (target === field) handle.value = field.value || 1;
    if (target !== handle) return;
    field.value = handle.value;
    field.dispatchEvent(new Event("input", { bubbles: true }));
  }

  let first = "";
  const isTyping = (node) => node.isContentEditable || (node.matches?.("input, textarea, select") && !["radio", "checkbox", "button", "submit"].includes(node.type));

  function onKey(event) {
    extend();
    if (event.isComposing) return;
    if (event.repeat) { if (event.key === "Enter" && event.target.closest?.("#bar")) event.preventDefault(); return; }
    const typing = isTyping(event.target);
    if (event.key === "Enter" && (event.ctrlKey || event.metaKey)) { if (typing) { event.preventDefault(); event.target.form?.requestSubmit(); } return; }
    if (event.key === "Escape") { if (!fold() && typing) event.target.blur(); return; }
    if (event.ctrlKey || event.metaKey || event.altKey || typing) return;
    if ($(":popover-open, dialog[open]") && event.key !== "?") return;
    const chord = first ? `${first} ${event.key}` : event.key;
    first = first || event.key !== "g" ? "" : "g";
    if (first) { setTimeout(() => { first = ""; }, 1000); return; }
    const name = table.get(chord);
    if (!name || !does[name]) return;
    event.preventDefault();
    does[name](event.key);
  }

  // --- Copying ----------------------------------------------------------------------------------------------------
  const copyText = (text, said) => navigator.clipboard?.writeText(text).then(() => say(said), () => {});

  // A copy of untrusted text is the original, with what was hidden in it, and says so.
  function onCopy(event) {
    const range = getSelection().rangeCount && getSelection().getRangeAt(0);
    const part = range && range.cloneContents();
    const chips = part ? $$(".inv[data-raw]", part) : [];
    if (!chips.length) return;
    let hidden = 0;
    for (const chip of chips) {
      const codes = chip.dataset.raw.split(" ").map((code) => parseInt(code, 16));
      hidden += codes.length;
      chip.replaceWith(String.fromCodePoint(...codes));
    }
    $$(".vh", part).forEach((node) => node.remove());
    event.clipboardData.setData("text/plain", part.textContent);
    event.preventDefault();
    say(words.hidden.replace("{n}", hidden));
  }

  // --- Live: typed notes in, fragments out --------------------------------------------------------------------------
  const live = { seq: null, tries: 0, at: 0, poll: 0, state: "start" };
  const dirty = new Map();
  let flushing = 0;

  function setLive(state) {
    live.state = state;
    const node = $("#live");
    if (!node) return;
    node.dataset.state = state;
    const label = $("[role=status]", node);
    if (state !== "waiting") label.textContent = node.dataset[state];
    clearInterval(live.poll);
    live.poll = state === "live" ? 0 : setInterval(() => resync().catch(() => {}), 15000);
  }

  function tickLive() {
    const node = $("#live");
    if (!node || live.state !== "waiting") return;
    const left = Math.max(0, Math.ceil((live.at - Date.now()) / 1000));
    $("[role=status]", node).textContent = node.dataset.waiting.replace("{n}", left);
  }

  function connect() {
    const path = document.body.dataset.live;
    if (!path || !("WebSocket" in window)) return;
    const socket = new WebSocket(`${location.protocol === "https:" ? "wss" : "ws"}://${location.host}${path}`);
    socket.onmessage = (event) => hear(JSON.parse(event.data));
    socket.onclose = (event) => {
      if (event.code === 4401) { setLive("off"); return; }
      const wait = Math.min(12, 2 ** live.tries++) * 1000 * (0.75 + Math.random() / 4);
      live.at = Date.now() + wait;
      if (live.tries > 8) setLive("off");
      else if (live.tries > 1) setLive("waiting");
      setTimeout(connect, wait);
    };
  }

  function hear(note) {
    if (note.kind === "hello") {
      setClock(note.now);
      if (live.seq !== null && note.seq !== live.seq) resync().catch(() => {});
      live.tries = 0;
      setLive("live");
    } else {
      if (note.seq !== live.seq + 1) resync().catch(() => {});
      dirty.set(note.id, note.kind);
      flushing ||= setTimeout(flush, 120 + Math.random() * 80);
    }
    live.seq = note.seq;
  }

  async function flush() {
    const notes = [...dirty];
    dirty.clear();
    flushing = 0;
    try {
      if (notes.length > 20) return await resync();
      await count();
      for (const [id, kind] of notes) { cache.delete(id); await touched(id, kind); }
      await readRun();
    } catch { setTimeout(() => resync().catch(() => {}), 3000); }
  }

  async function touched(id, kind) {
    if (!isQueue()) return;
    await refresh(id);
    if (id !== shownId() || pane().dataset.status !== "open") return;
    if (["claimed", "released", "raised"].includes(kind)) await holder(id);
    else if (kind === "said") await heard(id);
    else { await overtaken(id); pane().dataset.status = "closed"; }
  }

  // Somebody wrote in the conversation on the screen: it is read anew, and what is being written here stays.
  async function heard(id) {
    const fresh = parsed(await get(url(id, "/talk")));
    if (shownId() !== id) return;
    for (const node of fresh.children) {
      const old = document.getElementById(node.id);
      if (old && !(old.closest("#bar") && $("#bar .htmx-request"))) morph(old, node.outerHTML, "outerHTML");
    }
  }

  // Only the chip: a form that is being filled in is not touched.
  async function holder(id) {
    const fresh = parsed(await get(url(id, "/bar"))), chip = $("#claim", fresh), note = $("#holder", fresh);
    if (shownId() !== id) return;
    if (chip && !$("form", chip)) $("#claim").replaceWith(chip);
    if (note) $("#holder")?.replaceWith(note);
  }

  // After a gap: what is on the screen is compared once with what is so; new ones are only counted.
  async function resync() {
    await count();
    if (!isQueue()) return;
    const fresh = parsed(await get(`/queue/list?rows=${rows().length}&current=${shownId()}`));
    let asks = 0;
    for (const row of waiting()) {
      const id = Number(row.dataset.id), same = $(`#row-${id}`, fresh);
      if (same) morph(row.closest("li"), same.outerHTML, "outerHTML");
      else if (asks++ < 20) await refresh(id);
    }
    point();
    const here = rowOf(shownId());
    if (here?.classList.contains("done") && pane()?.dataset.status === "open") { await overtaken(shownId()); pane().dataset.status = "closed"; }
  }

  // --- Listening --------------------------------------------------------------------------------------------------
  document.addEventListener("keydown", onKey);
  document.addEventListener("pointerdown", extend);
  document.addEventListener("focusin", begin);
  document.addEventListener("pointerdown", (event) => { if (event.target.closest?.("#decision") && !event.target.closest("#claim, #undo, a")) claim(); });
  document.addEventListener("input", slide);
  document.addEventListener("copy", onCopy);
  document.addEventListener("input", (event) => { if (event.target.id === "typed") gateTyped(); });
  document.addEventListener("change", (event) => { if (event.target.name === "option") letter(); });

  document.addEventListener("click", (event) => {
    const link = event.target.closest("a, button");
    if (!link) return;
    if (link.dataset.copy) return copyText(link.dataset.copy, words.draft);
    if (!isQueue() || event.ctrlKey || event.metaKey || event.shiftKey || event.button) return;
    if (link.matches(".qi") && isVisible(main())) { event.preventDefault(); show(Number(link.dataset.id)); }
    else if (link.id === "new") { event.preventDefault(); merge(); }
    else if ("next" in link.dataset) { event.preventDefault(); onward(); }
    else if (link.dataset.show) { event.preventDefault(); cache.delete(Number(link.dataset.show)); show(Number(link.dataset.show)); }
  });

  // A decision is never sent for what was painted just now, nor twice.
  document.addEventListener("submit", (event) => {
    const form = event.target;
    if (!form.matches("[data-decide]") || "again" in (event.submitter?.dataset || {})) return;
    const isEmpty = form.querySelector("[aria-disabled=true]:not([data-sending])");
    if (!isAlive() || isEmpty) {
      event.preventDefault();
      event.stopImmediatePropagation();
      if (isEmpty) { $("#typed").focus(); say(words.typed); }
      return;
    }
  }, true);

  // --- Sending: the button says so, and what is answered late touches nothing that was opened meanwhile ---------------
  const senders = new WeakMap(), told = $("#queue")?.dataset || {};
  const numberIn = (path) => Number(path.match(/^\/queue\/(\d+)\//)?.[1] || 0);

  document.body.addEventListener("htmx:beforeRequest", (event) => {
    const { elt, xhr, requestConfig } = event.detail, form = elt.closest("#decision form, #decision [data-edit]");
    if (!form) return;
    const button = requestConfig.triggeringEvent?.submitter || (form.matches("form") ? $("button:not([data-again])", form) : form);
    senders.set(xhr, { button, from: shownId() });
    // htmx answers a form that has left the page within what has left with it. Asked before htmx swaps anything.
    let isLate = false;
    xhr.addEventListener("readystatechange", () => { if (xhr.readyState === 4) isLate = !form.isConnected; });
    xhr.addEventListener("loadend", () => { if (isLate && xhr.status) late(xhr, requestConfig.path); });
    button?.setAttribute("data-sending", told.sendWord);
    button?.setAttribute("aria-busy", "true");
    say(told.sendWord);
  });

  document.body.addEventListener("htmx:afterRequest", (event) => {
    const button = senders.get(event.detail.xhr)?.button;
    button?.removeAttribute("data-sending");
    button?.removeAttribute("aria-busy");
  });

  document.body.addEventListener("htmx:beforeSwap", (event) => {
    const { xhr, pathInfo } = event.detail, sent = senders.get(xhr);
    // Two panels of one name cannot both be open, not even for the moment in which the new bar replaces the old one.
    if (event.detail.shouldSwap) $$("#bar .say").forEach((box) => box.removeAttribute("name"));
    if (!sent || sent.from === shownId() || xhr.getResponseHeader("HX-Retarget") === "#undo") return;
    event.detail.shouldSwap = false;
    late(xhr, pathInfo.requestPath);
  });

  // An answer about an escalation that is no longer open: its row and the undo slot learn of it, nothing else.
  function late(xhr, path) {
    const id = numberIn(path), hint = xhr.status >= 400 && $("#hint");
    if (path.endsWith("/undo")) { if (xhr.status < 400) { $("#undo").replaceWith(slot()); merge().catch(() => {}); } }
    else if (xhr.status < 400 && path.endsWith("/decide")) put(xhr.responseText);
    else if (hint) warn(hint, told.lateWord.replace("{id}", id));
    refresh(id).catch(() => {});
  }

  function warn(hint, text) {
    const note = $(".why", hint) || hint.insertBefore(Object.assign(document.createElement("span"), { className: "why", role: "alert" }), hint.firstChild);
    note.textContent = text;
  }

  document.body.addEventListener("decided", (event) => {
    const id = event.detail.id;
    rowOf(id)?.classList.add("done");
    recount();
    drafts.delete(id);
    say($("#undo [data-running]")?.textContent.replace(/\s+/g, " "));
    refresh(id).catch(() => {});
    count().catch(() => {});
    if (shownId() === id) onward();
  });

  document.body.addEventListener("voted", (event) => {
    refresh(event.detail.id).catch(() => {});
    count().catch(() => {});
  });

  document.body.addEventListener("undone", async (event) => {
    const { id } = event.detail;
    if (shownId() !== id) return;
    history.pushState({ id }, "", url(id));
    ready();
    await merge().catch(() => {});
    // What was typed is typed anew: it stands between a slip and what cannot be taken back.
    if ($("#typed")) { $("#typed").value = ""; gateTyped(); }
    mark(id);
    focusOn(id);
    say(`${words.undone} ${main().dataset.said}`);
    claim();
  });

  document.body.addEventListener("htmx:afterSwap", (event) => {
    if (event.target.id !== "bar" && !$("#bar", event.target)) return;
    markPainted();
    gateTyped();
    letter();
    const wrong = $$("#decision [aria-invalid=true]").find(isVisible);
    // Nothing chosen yet: a digit is a choice again, and not text.
    const unchosen = wrong?.name === "reason" && !wrong.value && !$(":checked", wrong.form) && $("[name=reason_code]", wrong.form);
    const next = unchosen || wrong || $("#bar[tabindex]") || $("#change [form=editing]") || $("#bar form[data-decide=edit] [type=radio]");
    next?.focus({ preventScroll: !next.closest("#change") });
  });

  for (const failure of ["htmx:sendError", "htmx:responseError"]) {
    document.body.addEventListener(failure, (event) => {
      const hint = event.target.closest?.("#bar") && $("#hint");
      if (!hint) return;
      warn(hint, words.failed.replace("{id}", event.detail.xhr?.status || "offline"));
    });
  }

  addEventListener("popstate", () => {
    const id = Number(location.pathname.match(/^\/queue\/(\d+)$/)?.[1] || 0);
    if (isQueue()) show(id, { push: false });
  });
  // After signing out nobody could let go any more.
  document.addEventListener("submit", (event) => {
    if (!event.target.matches("[action='/sign-out']") || !$("#claim[data-held]")) return;
    event.preventDefault();
    post(url(shownId(), "/release")).catch(() => {}).finally(() => event.target.submit());
  });
  addEventListener("pagehide", () => { if ($("#claim[data-held]")) post(url(shownId(), "/release"), {}, { keepalive: true }); });

  // --- Runs, traces and labels: links of the server, gone through by keys -------------------------------------------
  const list = () => $$("[data-row]").filter(isVisible);
  const spans = () => $$("#rows-of-run [data-row]");
  const depth = (row) => Number(row.className.match(/\bd(\d)\b/)?.[1] || 0);
  const at = () => document.activeElement?.closest?.("[data-row]") || $("[data-row][aria-current]");
  const shut = new Set();
  let picked = 0;

  function go(row) {
    if (!row) return;
    row.focus({ preventScroll: true });
    row.scrollIntoView({ block: "nearest" });
    if ($("#trace")) pick(row);
  }

  function along(step) {
    const all = list(), here = all.indexOf(at());
    go(here < 0 ? all[0] : all[here + step]);
  }

  // Selects a span: its panel and the bar that depends on it come from the server, the list stays as it is.
  async function pick(row) {
    const turn = ++picked;
    for (const other of spans()) other.removeAttribute("aria-current");
    row.setAttribute("aria-current", "true");
    history.replaceState(null, "", row.href);
    try {
      const html = await get(`${row.href}&part=span`);
      if (turn === picked) put(html);
    } catch { location.assign(row.href); }
  }

  // Goes to what a key stands for in the row that has the focus; a key alone settles nothing.
  function press(key) {
    const button = $(`[data-press=${key}]`, at()?.closest("tr") || undefined);
    if (!button) return;
    const box = button.closest("details");
    if (box) box.open = true;
    ((box && $("input[name]:not([type=hidden])", box)) || button).focus();
  }

  function foldSpan(isShut) {
    let row = at();
    if (!row || !$("#trace")) return;
    if (isShut && (!("below" in row.dataset) || shut.has(row.id))) row = spans().slice(0, spans().indexOf(row)).reverse().find((other) => depth(other) < depth(row));
    else if ("below" in row.dataset) shut[isShut ? "add" : "delete"](row.id);
    refold();
    go(row);
  }

  function refold() {
    let limit = Infinity;
    for (const row of spans()) {
      if (depth(row) <= limit) limit = Infinity;
      row.closest("li").hidden = depth(row) > limit;
      if ("below" in row.dataset) row.setAttribute("aria-expanded", String(!shut.has(row.id)));
      if (limit === Infinity && shut.has(row.id)) limit = depth(row);
    }
  }

  function toError(link) {
    const row = link && document.getElementById(new URL(link.href).searchParams.get("span"));
    if (!row) { if (link) location.assign(link.href); return; }
    shut.clear();
    refold();
    go(row);
  }

  // A run that goes on is read again; what is selected, folded, opened and scrolled to stays.
  async function readRun() {
    const box = $("#trace[data-running]");
    if (!box) return;
    const query = new URLSearchParams(location.search), turn = picked;
    query.set("span", $("#span").dataset.span);
    query.set("part", "trace");
    const html = await get(`${location.pathname}?${query}`);
    if (turn !== picked) return;
    const tops = ["#rows-of-run", "#span"].map((name) => [name, $(name).scrollTop]);
    const keeps = (name, node) => name !== "open" || node.localName !== "details";
    Idiomorph.morph(box, html, { morphStyle: "outerHTML", restoreFocus: true, callbacks: { beforeAttributeUpdated: keeps } });
    for (const [name, top] of tops) $(name).scrollTop = top;
    refold();
  }

  Object.assign(does, {
    runs: () => location.assign("/runs"),
    trace: () => $("#open-trace")?.click(),
    filter: () => ($("#sought") || $("#run-bar a"))?.focus(),
    newest: () => $("#new-runs")?.click(),
    down: () => along(1),
    up: () => along(-1),
    fold: () => foldSpan(true),
    unfold: () => foldSpan(false),
    error: () => toError($("[data-error=next]")),
    unerror: () => toError($("[data-error=previous]")),
  });

  document.addEventListener("click", (event) => {
    if (event.ctrlKey || event.metaKey || event.shiftKey || event.button) return;
    const row = event.target.closest("#rows-of-run [data-row]"), error = event.target.closest("[data-error]");
    if (event.target.closest("[data-link]")) does.link();
    if (!row && !error) return;
    event.preventDefault();
    if (error) return toError(error);
    pick(row);
    if (matchMedia("(max-width: 70rem)").matches) $("#span").scrollIntoView({ block: "start" });
  });

  if ($("#trace")) {
    refold();
    const box = $("#rows-of-run"), row = $("[aria-current]", box);
    if (row && row.offsetTop > box.clientHeight - 56) box.scrollTop = row.offsetTop - box.clientHeight / 2;
    setInterval(() => readRun().catch(() => {}), 15000);
  }

  // --- Beginning --------------------------------------------------------------------------------------------------
  setClock(Number(document.body.dataset.now) * 1000, performance.timeOrigin + (performance.getEntriesByType("navigation")[0]?.responseStart || 0));
  setInterval(tick, 1000);
  setInterval(tickUndos, 100);
  $("#keys")?.setAttribute("tabindex", "0"); // higher than a small screen it scrolls, also by keys
  ready();
  connect();
  if (isQueue()) { rowOf(shownId())?.scrollIntoView({ block: "nearest" }); look(); prefetch(); setInterval(() => count().catch(() => {}), 60000); }
  else if ($("#n-nav")) count().catch(() => {});
})();
