/* After the password was given again: takes the step that was waiting, once. */
(() => {
  const step = document.querySelector("[data-go-on]");
  if (!step) return;
  // Through the prototype: a carried field may be called "requestSubmit".
  if (step instanceof HTMLFormElement) HTMLFormElement.prototype.requestSubmit.call(step);
  else window.location.replace(step.href);
})();
