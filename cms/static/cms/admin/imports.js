/* Keeps the progress of an import up to date, and opens the next page when the worker is done. */
(() => {
  const box = document.querySelector("[data-import-progress]");
  if (!box) return;
  const bar = box.querySelector("progress");
  const ask = async () => {
    try {
      const answer = await fetch(box.dataset.importProgress, { credentials: "same-origin" });
      if (answer.ok && !answer.redirected) {
        const now = await answer.json();
        if (now.state !== box.dataset.importState) return window.location.reload();
        if (now.total) { bar.max = now.total; bar.value = Math.min(now.done, now.total); }
        box.querySelector("[data-import-done]").textContent = now.done;
        if (now.total) box.querySelector("[data-import-total]").textContent = now.total;
      }
    } catch { /* the next question may be answered */ }
    window.setTimeout(ask, 1000);
  };
  window.setTimeout(ask, 600);
})();
