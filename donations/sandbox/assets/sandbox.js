// Fill a test card in without losing what was typed. Without JavaScript the links do it by reloading.
document.querySelectorAll("[data-card]").forEach((link) => {
  link.addEventListener("click", (event) => {
    event.preventDefault();
    const field = (name) => document.getElementById(`id_${name}`);
    field("number").value = link.dataset.card;
    if (field("expiry")) field("expiry").value ||= "12 / 34";
    if (field("cvc")) field("cvc").value ||= "123";
    (field("name").value ? document.querySelector(".pay") : field("name")).focus();
  });
});
