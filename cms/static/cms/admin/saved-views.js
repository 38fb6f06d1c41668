/* A search or a filter rebuilds the list's address from its form. The view that the list began as, its columns
   and its order are no fields of that form, so they travel as hidden ones. */
(() => {
  const KEPT = ["_view", "columns", "ordering"];

  function carry() {
    const form = document.querySelector("[data-search-form]");
    if (!form) return;
    const asked = new URLSearchParams(location.search);
    KEPT.forEach((name) => {
      let field = form.querySelector(`input[type=hidden][name="${name}"]`);
      const value = asked.get(name);
      if (!value) {
        field?.remove();
        return;
      }
      if (!field) {
        field = Object.assign(document.createElement("input"), { type: "hidden", name });
        form.append(field);
      }
      field.value = value;
    });
  }

  document.addEventListener("DOMContentLoaded", carry);
  document.addEventListener("w-swap:reflect", () => setTimeout(carry));
  document.addEventListener("w-swap:success", () => setTimeout(carry));
})();
