// What pages do better with a script. Each of them works without.
"use strict";
(() => {
  const typing = (target) => target.closest("input:not([type=checkbox], [type=radio]), select, textarea, [contenteditable]");
  const go = (address) => { location.href = address; };

  // Keys: "/" searches, "g" and a letter goes to a place, "j" and "k" walk through rows, Enter opens one, "x" selects one, "r" presses
  // what tries again, "t" tells times the other way.
  const rows = () => [...document.querySelectorAll("tbody tr, .conflict")].filter((row) => row.querySelector("a"));
  let at = -1;
  const walk = (step) => {
    const all = rows();
    if (!all.length) return;
    all[at]?.classList.remove("at");
    at = Math.min(Math.max(at + step, 0), all.length - 1);
    all[at].classList.add("at");
    all[at].querySelector("a").focus();
  };
  // The row of the list that somebody is at: by its keys, or by what has the focus.
  const here = () => document.activeElement?.closest("tbody tr") ?? rows()[at];
  const pick = () => {
    const box = here()?.querySelector("input[type=checkbox]");
    if (box) box.checked = !box.checked;
  };
  const again = () => {
    const row = here();
    const own = row?.querySelector("[data-retry]");
    if (own) { own.click(); return; }
    const list = document.querySelector("form:has(input[type=checkbox]) [data-retry]");
    if (list) {
      const box = row?.querySelector("input[type=checkbox]");
      if (box && !list.form.querySelector("input[type=checkbox]:checked")) box.checked = true;
      if (list.form.querySelector("input[type=checkbox]:checked")) list.click();
      return;
    }
    document.querySelector('[data-press="r"]')?.click();
  };
  let turned = false;
  const turn = (part) => {
    for (const time of part.querySelectorAll("time[title]")) {
      [time.title, time.textContent] = [time.textContent, time.title];
    }
  };
  const help = () => {
    const dialog = document.createElement("dialog");
    dialog.setAttribute("aria-labelledby", "keys");
    const lines = [["/", "search"], ["j, k", "next row, row before"], ["Enter", "open the row"]];
    if (document.querySelector("tbody input[type=checkbox]")) lines.push(["x", "select the row, or not"]);
    const retry = document.querySelector('[data-retry], [data-press="r"]');
    if (retry) lines.push(["r", retry.firstChild.textContent.trim().toLowerCase()]);
    lines.push(["t", "exact times, or how long ago"], ["?", "these keys"]);
    for (const place of document.querySelectorAll(".side [data-key]")) {
      lines.push([`g ${place.dataset.key}`, place.firstChild.textContent]);
    }
    const title = Object.assign(document.createElement("h2"), { id: "keys", textContent: "Keys" });
    const list = Object.assign(document.createElement("dl"), { className: "kv" });
    for (const [key, what] of lines) {
      const term = document.createElement("dt");
      term.append(...key.split(/( |, )/).map((part) => (/^[ ,]/.test(part) ? part : Object.assign(document.createElement("kbd"), { textContent: part }))));
      list.append(term, Object.assign(document.createElement("dd"), { textContent: what }));
    }
    const close = Object.assign(document.createElement("button"), { textContent: "Close" });
    close.addEventListener("click", () => dialog.close());
    dialog.addEventListener("close", () => dialog.remove());
    dialog.append(title, list, close);
    document.body.append(dialog);
    dialog.showModal();
  };
  let went = 0;
  document.addEventListener("keydown", (event) => {
    if (event.ctrlKey || event.metaKey || event.altKey || typing(event.target) || document.querySelector("dialog[open]")) return;
    if (Date.now() - went < 1500) {
      went = 0;
      const place = [...document.querySelectorAll(".side [data-key]")].find((each) => each.dataset.key === event.key);
      if (place) { event.preventDefault(); go(place.href); return; }
    }
    switch (event.key) {
      case "/": event.preventDefault(); document.getElementById("search")?.focus(); break;
      case "g": went = Date.now(); break;
      case "j": walk(1); break;
      case "k": walk(-1); break;
      case "x": pick(); break;
      case "r": again(); break;
      case "t": turned = !turned; turn(document); break;
      case "?": event.preventDefault(); help(); break;
      // A button may have a key of its own; the page says so beside its words.
      default: document.querySelector(`[data-press="${CSS.escape(event.key)}"]`)?.click();
    }
  });

  // Live parts: `data-live="seconds"` on an element with an id is read anew, from its own page, while it is seen.
  for (const part of document.querySelectorAll("[data-live][id]")) {
    const every = Number(part.dataset.live) * 1000;
    // Old figures say how old they are.
    const seen = () => { part.dataset.seen = new Date().toLocaleTimeString(); };
    seen();
    const again = async () => {
      if (!document.hidden && !part.contains(document.activeElement)) {
        try {
          const answer = await fetch(location.href, { headers: { accept: "text/html" }, redirect: "error" });
          if (answer.ok) {
            const page = new DOMParser().parseFromString(await answer.text(), "text/html");
            const fresh = page.getElementById(part.id);
            if (fresh && turned) turn(fresh);
            if (fresh) part.replaceChildren(...fresh.childNodes);
            part.classList.remove("stale");
            seen();
          } else { part.classList.add("stale"); }
        } catch { part.classList.add("stale"); }
      }
      setTimeout(again, every);
    };
    setTimeout(again, every);
  }

  // A button that changes much asks first: `data-confirm` says what it touches.
  document.addEventListener("submit", (event) => {
    const asks = event.submitter?.dataset.confirm ?? event.target.dataset.confirm;
    if (!asks) return;
    if (!confirm(asks)) { event.preventDefault(); return; }
    // Without a script the server asks; here it need not ask again.
    event.target.append(Object.assign(document.createElement("input"), { type: "hidden", name: "sure", value: "yes" }));
  });

  // Rows that are shown only while a choice says so: `data-when="name=value,value"`.
  const follow = () => {
    for (const part of document.querySelectorAll("[data-when]")) {
      const [name, values] = part.dataset.when.split("=");
      const form = part.closest("form");
      const field = form?.elements[name];
      if (!field) continue;
      const value = field.type === "checkbox" ? String(field.checked) : field.value;
      part.hidden = !values.split(",").includes(value);
    }
  };
  document.addEventListener("change", follow);
  follow();

  // A choice of a group shows the part of another choice that is under it: `data-narrows="name"`.
  for (const group of document.querySelectorAll("[data-narrows]")) {
    const narrow = () => {
      const other = group.form?.elements[group.dataset.narrows];
      for (const part of other?.querySelectorAll("optgroup") ?? []) {
        part.hidden = part.disabled = group.value !== "" && part.label !== group.value;
      }
    };
    group.addEventListener("change", narrow);
    narrow();
  }

  // A long choice can be searched: a line above it leaves what it holds.
  for (const choice of document.querySelectorAll("form.wide select")) {
    if (choice.options.length < 16) continue;
    const name = choice.labels[0]?.textContent.trim() ?? choice.name;
    const line = Object.assign(document.createElement("input"), { type: "search", placeholder: "Filter", autocomplete: "off" });
    line.setAttribute("aria-label", `Filter ${name}`);
    line.addEventListener("input", () => {
      const wanted = line.value.trim().toLowerCase();
      for (const option of choice.options) {
        option.hidden = wanted !== "" && option.value !== "" && !option.selected && !option.textContent.toLowerCase().includes(wanted);
      }
    });
    line.addEventListener("keydown", (event) => { if (event.key === "Enter") { event.preventDefault(); choice.focus(); } });
    choice.before(line);
  }
})();
