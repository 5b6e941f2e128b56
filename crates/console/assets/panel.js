// What the panel does better with a script. Each of it works without.
"use strict";
(() => {
  const part = async (address, id) => {
    const answer = await fetch(address, { headers: { accept: "text/html" }, redirect: "error" });
    const page = new DOMParser().parseFromString(await answer.text(), "text/html");
    return page.getElementById(id) ?? page.querySelector(".notice");
  };

  // Type-ahead: what is found changes while one types; the search button does the same.
  for (const form of document.querySelectorAll("form[data-typeahead]")) {
    const results = document.getElementById(form.dataset.typeahead);
    const field = form.elements.text;
    let asked = 0;
    field.addEventListener("input", () => {
      const mine = ++asked;
      setTimeout(async () => {
        if (mine !== asked || field.value.trim().length < 2) return;
        try {
          const query = new URLSearchParams(new FormData(form));
          const fresh = await part(`${form.action}?${query}`, results.id);
          if (mine === asked && fresh) results.replaceChildren(...fresh.childNodes);
        } catch { /* The button is still there. */ }
      }, 250);
    });
  }

  // A part of another page, shown in its place: the link leads to the page itself.
  document.addEventListener("click", async (event) => {
    const link = event.target.closest("a[data-into]");
    if (!link) return;
    event.preventDefault();
    const place = document.getElementById(link.dataset.into);
    link.setAttribute("aria-disabled", "true");
    place.setAttribute("aria-busy", "true");
    try {
      const fresh = await part(link.href, place.dataset.part);
      if (!fresh) throw new Error("nothing to show");
      place.replaceChildren(fresh);
    } catch { location.href = link.href; }
    place.removeAttribute("aria-busy");
  });

  // The app around us: how tall the page is, and that a new ticket is wanted once this one has ended.
  if (parent !== window) {
    const tell = (message) => parent.postMessage({ lockstep: message.what, height: message.height }, "*");
    const height = () => tell({ what: "height", height: document.documentElement.scrollHeight });
    new ResizeObserver(height).observe(document.body);
    document.addEventListener("click", (event) => {
      if (!event.target.closest("[data-renew]")) return;
      event.preventDefault();
      tell({ what: "renew" });
    });
  }

  document.addEventListener("submit", (event) => {
    const asks = event.target.dataset.confirm;
    if (asks && !confirm(asks)) event.preventDefault();
  });
})();
