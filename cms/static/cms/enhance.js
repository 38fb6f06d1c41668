/* Small comforts. Every page works without this file. */
(() => {
  "use strict";

  // An open submenu closes with Escape, and when the focus or a click goes elsewhere.
  const menus = [...document.querySelectorAll(".site-menu__more")];
  const wide = window.matchMedia("(min-width: 64rem)");
  document.addEventListener("keydown", (event) => {
    if (event.key !== "Escape") return;
    for (const menu of menus) {
      if (!menu.open) continue;
      menu.open = false;
      menu.querySelector("summary").focus();
    }
  });
  for (const kind of ["click", "focusin"]) {
    document.addEventListener(kind, (event) => {
      if (!wide.matches) return;
      for (const menu of menus) if (menu.open && !menu.contains(event.target)) menu.open = false;
    });
  }

  // After a refused form the summary of what to correct is read first.
  document.getElementById("error-summary")?.focus();

  // A typed amount and a chosen one exclude each other.
  for (const group of document.querySelectorAll(".presets")) {
    const free = group.querySelector(".amounts__input input");
    const presets = [...group.querySelectorAll(".amount input")];
    if (!free || !presets.length) continue;
    free.addEventListener("input", () => {
      if (free.value.trim()) for (const preset of presets) preset.checked = false;
    });
    for (const preset of presets) {
      preset.addEventListener("change", () => {
        if (preset.checked && preset.value) free.value = "";
      });
    }
  }

  // A form sent twice by an impatient finger is sent once. The button comes back when the page does.
  for (const form of document.querySelectorAll("form[method=post]")) {
    form.addEventListener("submit", (event) => {
      if (form.dataset.sent) event.preventDefault();
      form.dataset.sent = "yes";
    });
  }
  window.addEventListener("pageshow", () => {
    for (const form of document.querySelectorAll("form[data-sent]")) delete form.dataset.sent;
  });

  // The bar at the foot of a phone gives way while what it leads to is on the screen.
  for (const bar of document.querySelectorAll(".ask-bar")) {
    const target = document.getElementById(bar.querySelector("a[href^='#']")?.hash.slice(1));
    if (!target || !window.IntersectionObserver) continue;
    new IntersectionObserver(([seen]) => bar.classList.toggle("ask-bar--away", seen.isIntersecting), {
      rootMargin: "0px 0px -15% 0px",
    }).observe(target);
  }

  // Buttons that copy what they name, shown only where copying is possible.
  for (const button of document.querySelectorAll("[data-copy]")) {
    if (!navigator.clipboard) continue;
    button.hidden = false;
    button.addEventListener("click", async () => {
      await navigator.clipboard.writeText(button.dataset.copy);
      if (button.dataset.copied) button.textContent = button.dataset.copied;
    });
  }
})();
