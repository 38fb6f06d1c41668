/* Keeps the progress of a worker up to date, and opens the next page when it is done. */
(() => {
  const box = document.querySelector("[data-progress]");
  if (!box) return;
  const bar = box.querySelector("progress");
  const ask = async () => {
    try {
      const answer = await fetch(box.dataset.progress, { credentials: "same-origin" });
      if (answer.ok && !answer.redirected) {
        const now = await answer.json();
        if (now.state !== box.dataset.progressState) return window.location.reload();
        if (now.total) { bar.max = now.total; bar.value = Math.min(now.done, now.total); }
        box.querySelector("[data-progress-done]").textContent = now.done;
        if (now.total) box.querySelector("[data-progress-total]").textContent = now.total;
      }
    } catch { /* the next question may be answered */ }
    window.setTimeout(ask, 1000);
  };
  window.setTimeout(ask, 600);
})();
