// A box above each group of rows that ticks them all. Without it the rows are ticked one by one.
for (const group of document.querySelectorAll("[data-tick-all]")) {
  const boxes = [...group.querySelectorAll("input[type=checkbox]")];
  if (boxes.length < 2) continue;
  const label = document.createElement("label");
  const all = document.createElement("input");
  all.type = "checkbox";
  label.className = "privacy-rows__all";
  label.append(all, ` ${group.dataset.tickAll}`);
  group.querySelector("legend").after(label);
  const tell = () => {
    const ticked = boxes.filter((box) => box.checked).length;
    all.checked = ticked === boxes.length;
    all.indeterminate = ticked > 0 && !all.checked;
  };
  all.addEventListener("change", () => {
    for (const box of boxes) box.checked = all.checked;
  });
  group.addEventListener("change", tell);
  tell();
}
