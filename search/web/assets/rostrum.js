// What is smoother with a script; every page works without. It talks to this site alone.
"use strict";
(() => {
  // Buttons that copy are there for those who can use them.
  for (const b of document.querySelectorAll("[data-copy],[data-copy-text],[data-copy-query]")) {
    b.hidden = false;
    b.addEventListener("click", async () => {
      const from = b.dataset.copyText && document.getElementById(b.dataset.copyText);
      const text = b.dataset.copyQuery ?? (from ? from.textContent.trim() : new URL(b.dataset.copy || location.href, location.href).href);
      const was = b.textContent;
      try { await navigator.clipboard.writeText(text); b.textContent = "Copied"; }
      catch { b.textContent = "Not copied: the browser forbids it"; }
      setTimeout(() => { b.textContent = was; }, 1500);
    });
  }

  // Drawing over the timeline fills the two date fields and sends their form.
  const chart = document.querySelector(".over .chart"), form = document.querySelector("form.period");
  if (chart && form) {
    const from = Date.parse(chart.dataset.from), to = Date.parse(chart.dataset.to), day = 864e5;
    const at = (x) => { const r = chart.getBoundingClientRect(); return Math.min(1, Math.max(0, (x - r.left) / r.width)); };
    const date = (part) => new Date(from + part * (to - from)).toISOString().slice(0, 10);
    let begun = null, box = null;
    chart.addEventListener("pointerdown", (e) => {
      if (e.button !== 0 || e.target.closest("a")) return;
      begun = at(e.clientX);
      chart.setPointerCapture(e.pointerId);
      e.preventDefault();
    });
    chart.addEventListener("pointermove", (e) => {
      if (begun === null) return;
      if (!box) {
        chart.querySelector(".brush")?.remove();
        box = document.createElementNS("http://www.w3.org/2000/svg", "rect");
        box.setAttribute("class", "brush"); box.setAttribute("y", "22"); box.setAttribute("height", "100");
        chart.append(box);
      }
      const x = at(e.clientX), a = Math.min(begun, x), b = Math.max(begun, x);
      box.setAttribute("x", `${100 * a}%`); box.setAttribute("width", `${100 * (b - a)}%`);
      form.elements.from.value = date(a); form.elements.to.value = date(b);
    });
    const end = (e) => {
      if (begun === null) return;
      const moved = Math.abs(at(e.clientX) - begun) * (to - from) >= day && box;
      begun = null;
      if (moved) form.requestSubmit();
    };
    chart.addEventListener("pointerup", end);
    chart.addEventListener("pointercancel", () => { begun = null; });
  }

  // Names complete as they are typed, after actor:, topic: and their like as well as alone.
  const q = document.getElementById("q");
  if (!q) return;
  q.removeAttribute("list");
  const list = document.createElement("ul");
  list.id = "suggestions"; list.className = "suggestions"; list.hidden = true;
  list.setAttribute("role", "listbox"); list.setAttribute("aria-label", "Suggestions");
  q.form.append(list);
  q.setAttribute("role", "combobox"); q.setAttribute("aria-autocomplete", "list"); q.setAttribute("aria-controls", list.id); q.setAttribute("aria-expanded", "false");
  const fields = /^-?(actor|issuer|signatory|quoted|mentions|topic):/;
  let asked = 0, chosen = -1, timer = 0, picking = false; // picking: until the key that took a suggestion is up
  const word = () => {
    const before = q.value.slice(0, q.selectionStart), start = Math.max(before.lastIndexOf(" "), before.lastIndexOf("(")) + 1;
    return { start, end: q.selectionStart, text: before.slice(start) };
  };
  const close = () => { clearTimeout(timer); asked++; list.hidden = true; chosen = -1; q.setAttribute("aria-expanded", "false"); q.removeAttribute("aria-activedescendant"); };
  const pick = (option) => {
    const w = word(), field = w.text.match(fields);
    const put = (field ? field[0] : option.dataset.field + ":") + option.dataset.id;
    q.value = q.value.slice(0, w.start) + put + q.value.slice(w.end);
    q.setSelectionRange(w.start + put.length, w.start + put.length);
    close();
    q.focus();
  };
  const choose = (i) => {
    chosen = i;
    [...list.children].forEach((o, at) => o.setAttribute("aria-selected", String(at === i)));
    if (i >= 0) q.setAttribute("aria-activedescendant", list.children[i].id); else q.removeAttribute("aria-activedescendant");
  };
  const show = (suggestions, typed) => {
    const kept = chosen >= 0 ? list.children[chosen].dataset.id : null;
    list.replaceChildren(...suggestions.map((s, i) => {
      const option = document.createElement("li");
      option.id = `suggestion-${i}`; option.setAttribute("role", "option"); option.setAttribute("aria-selected", "false");
      option.dataset.field = s.field; option.dataset.id = s.id;
      const name = document.createElement("span"), about = document.createElement("small"), count = document.createElement("span");
      name.textContent = s.name; name.dir = "auto";
      about.textContent = ` ${s.kind || s.field}, ${s.field}:${s.id}${s.by ? `, by its name “${s.by}”` : ""}`;
      count.textContent = s.count; count.className = "number";
      const both = document.createElement("span"); both.append(name, about);
      option.append(both, count);
      option.addEventListener("mousedown", (e) => { e.preventDefault(); pick(option); });
      return option;
    }));
    choose(suggestions.findIndex((s) => s.id === kept));
    list.hidden = suggestions.length === 0;
    list.dataset.for = typed;
    q.setAttribute("aria-expanded", String(!list.hidden));
  };
  q.addEventListener("input", () => {
    clearTimeout(timer);
    const w = word(), field = w.text.match(fields), typed = w.text.replace(fields, "").replace(/^["(-]+/, "");
    if (typed.length < 2 && !/[^\x00-\x7f]/.test(typed)) return close();
    if (w.text.includes(":") && !field) return close();
    timer = setTimeout(async () => {
      const mine = ++asked;
      try {
        const answer = await fetch(`/api/v1/query/complete?q=${encodeURIComponent(typed)}`);
        if (!answer.ok || mine !== asked) return;
        const kind = field && (field[1] === "topic" ? "topic" : "actor");
        show((await answer.json()).suggestions.filter((s) => !kind || s.field === kind), typed);
      } catch { close(); }
    }, 120);
  });
  q.addEventListener("keydown", (e) => {
    if (list.hidden) return;
    const options = [...list.children];
    if (e.key === "ArrowDown" || e.key === "ArrowUp") {
      e.preventDefault();
      choose((chosen + (e.key === "ArrowDown" ? 1 : -1) + options.length + (chosen < 0 && e.key === "ArrowUp" ? 1 : 0)) % options.length);
    } else if ((e.key === "Enter" || e.key === "Tab") && chosen >= 0) {
      e.preventDefault();
      picking = true;
      pick(options[chosen]);
    } else if (e.key === "Escape") {
      close();
    }
  });
  q.addEventListener("keyup", () => { picking = false; });
  q.addEventListener("blur", () => { picking = false; close(); });
  q.form.addEventListener("submit", (e) => { if (picking) e.preventDefault(); });
})();
