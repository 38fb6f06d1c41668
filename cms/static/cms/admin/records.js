/* Lists of records: rows by keyboard, ticked rows, and coming back to the same place. Everything here only
   eases what works without it. Results are replaced while people search, so all listening is at the document. */
(() => {
  const LIST = ".record-list__frame";
  const remember = (path, state) => sessionStorage.setItem(`list:${path}`, JSON.stringify(state));
  const recall = (path) => JSON.parse(sessionStorage.getItem(`list:${path}`) || "null");
  const list = () => document.querySelector(`#listing-results ${LIST}`);
  const rows = () => [...document.querySelectorAll(`${LIST} tbody tr[data-row]`)];
  const nameOf = (row) => row.querySelector(".title-wrapper a") || row.querySelector("a, input");
  const rowOf = (element) => element.closest?.(`${LIST} tbody tr[data-row]`);

  /* Wagtail's page moves within its main part where the window is wide, and as a whole on a phone. */
  function scroller() {
    const main = document.getElementById("main");
    return main && main.scrollHeight > main.clientHeight + 1 ? main : document.scrollingElement;
  }

  /* Coming back: the list keeps its address, the scrolled height and the row that was opened. */
  function keepPlace(row) {
    remember(location.pathname, { search: location.search, top: scroller().scrollTop, row: row?.dataset.row || null });
  }

  function findPlace() {
    const kept = recall(location.pathname);
    const back = sessionStorage.getItem("list-back") === location.pathname;
    const again = performance.getEntriesByType("navigation")[0]?.type === "back_forward";
    sessionStorage.removeItem("list-back");
    if (!kept || !(back || again)) return;
    const row = kept.row && document.querySelector(`tr[data-row="${CSS.escape(kept.row)}"]`);
    scroller().scrollTo({ top: kept.top, behavior: "instant" });
    if (row) {
      row.classList.add("was-open");
      nameOf(row)?.focus({ preventScroll: true });
      if (row.getBoundingClientRect().bottom < 0 || row.getBoundingClientRect().top > innerHeight) {
        row.scrollIntoView({ block: "center", behavior: "instant" });
      }
    }
  }

  /* On a record's page every way to its list leads to the place that was left. */
  function pointBack() {
    const mark = document.querySelector("[data-list]");
    if (!mark) return;
    const path = mark.dataset.list;
    const kept = recall(path);
    document.querySelectorAll("a[href]").forEach((link) => {
      const isWayBack = link === mark || link.closest(".w-breadcrumbs, [data-controller~='w-breadcrumbs']");
      if (!isWayBack || link.getAttribute("href") !== path) return;
      if (kept) link.href = path + kept.search;
      link.addEventListener("click", () => sessionStorage.setItem("list-back", path));
    });
    document.querySelectorAll("form").forEach((form) => {
      form.addEventListener("submit", () => sessionStorage.setItem("list-back", path));
    });
    document.querySelector(`${location.hash || "#none"}`)?.querySelector?.("input:not([type=hidden]), select, textarea")?.focus();
  }

  /* The bar of what can be done with the ticked rows. */
  function countTicks() {
    const bar = document.querySelector("[data-bulk-bar]");
    if (!bar) return;
    const ticks = [...document.querySelectorAll(`${LIST} input[name=id]`)];
    const count = ticks.filter((tick) => tick.checked).length;
    const all = bar.elements.scope?.checked;
    const words = bar.querySelector("[data-bulk-count]");
    words.textContent = count === 1 ? words.dataset.one : words.dataset.many.replace("…", count);
    bar.classList.toggle("is-idle", !count && !all);
    const page = document.querySelector("[data-select-page]");
    if (page) {
      page.checked = ticks.length > 0 && count === ticks.length;
      page.indeterminate = count > 0 && count < ticks.length;
    }
  }

  document.addEventListener("change", (event) => {
    if (event.target.matches("[data-select-page]")) {
      document.querySelectorAll(`${LIST} input[name=id]`).forEach((tick) => {
        tick.checked = event.target.checked;
      });
    }
    if (event.target.matches(`[data-select-page], ${LIST} input[name=id], [data-bulk-bar] [name=scope]`)) countTicks();
  });

  document.addEventListener("click", (event) => {
    if (event.target.closest("[data-list-keys]")) document.getElementById("list-keys")?.showModal();
    const row = rowOf(event.target);
    if (row && event.target.closest("a")) keepPlace(row);
  });

  document.addEventListener("submit", (event) => {
    if (event.target.matches("[data-bulk-bar]")) {
      keepPlace(null);
      sessionStorage.setItem("list-back", location.pathname);
    }
  });

  /* Keys work only while a row has the focus, so that nobody meets them by chance. */
  function goTo(row) {
    if (!row) return;
    nameOf(row)?.focus();
    row.scrollIntoView({ block: "nearest" });
  }

  function keyOnRow(key, row) {
    const all = rows();
    const place = all.indexOf(row);
    if (key === "j" || key === "ArrowDown") goTo(all[place + 1]);
    else if (key === "k" || key === "ArrowUp") goTo(all[place - 1]);
    else if (key === "x") row.querySelector("input[name=id]")?.click();
    else if (key === "b") document.getElementById("bulk-action")?.focus();
    else if (key === "/") document.querySelector("[data-w-swap-target-value] input[name=q], input[name=q]")?.focus();
    else if (key === "?") document.getElementById("list-keys")?.showModal();
    else return false;
    return true;
  }

  document.addEventListener(
    "keydown",
    (event) => {
      if (event.ctrlKey || event.metaKey || event.altKey || event.target.closest?.("[aria-expanded=true], select, textarea")) return;
      const row = rowOf(event.target);
      const frame = event.target.matches?.(LIST) ? rows()[0] : null;
      if (frame && (event.key === "j" || event.key === "ArrowDown")) {
        goTo(frame);
      } else if (!row || !keyOnRow(event.key, row)) {
        return;
      }
      event.preventDefault();
      event.stopImmediatePropagation();
    },
    true,
  );

  /* Columns by buttons in the place of numbers. */
  function orderColumns(form) {
    const number = () => form.querySelectorAll("input[type=number]").forEach((place, n) => { place.value = n + 1; });
    form.querySelectorAll(".columns-form__place").forEach((place) => { place.hidden = true; });
    form.querySelectorAll(".columns-form__moves").forEach((moves) => { moves.hidden = false; });
    form.addEventListener("click", (event) => {
      const button = event.target.closest("[data-move]");
      if (!button) return;
      const line = button.closest("li");
      const other = button.dataset.move === "-1" ? line.previousElementSibling : line.nextElementSibling;
      if (other) other[button.dataset.move === "-1" ? "before" : "after"](line);
      number();
      button.focus();
    });
  }

  function start() {
    if (list()) findPlace();
    pointBack();
    countTicks();
    const form = document.querySelector("[data-columns-form]");
    if (form) orderColumns(form);
    const results = document.getElementById("listing-results");
    if (results) new MutationObserver(countTicks).observe(results, { childList: true });
  }

  if (document.readyState === "loading") document.addEventListener("DOMContentLoaded", start);
  else start();
})();
