// Wagtail's editors of rich text have no name for who hears them: each takes that of its field, or of its panel.
const nameOf = (editor) =>
  editor.closest("[data-field]")?.querySelector("label[id]")?.id ||
  editor.closest("section[aria-labelledby]")?.getAttribute("aria-labelledby");
const nameEditors = () => {
  for (const editor of document.querySelectorAll(".Draftail-Editor [contenteditable]:not([aria-labelledby])")) {
    const name = nameOf(editor);
    if (name) editor.setAttribute("aria-labelledby", name);
  }
};
new MutationObserver(nameEditors).observe(document.body, { childList: true, subtree: true });
nameEditors();
