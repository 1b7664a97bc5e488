// Begins: words, choices, pictures, and what keys and links do on the whole page.

/** Shows the pictures, or with #use what was used. */
function showView(name = "") {
  if (location.hash.slice(1) !== name && !(name === "" && location.hash !== "#use")) location.hash = name || "pictures";
  else layView();
}

function layView() {
  const isUse = location.hash === "#use";
  part.usage.hidden = !isUse;
  part.pictures.hidden = isUse;
  // What was used is told to a key: its field stays at hand.
  form.className = isUse ? "bare" : "";
  part.search.hidden = part.export.hidden = isUse || !pictures.size;
  for (const link of document.querySelectorAll("nav a"))
    link.ariaCurrent = (link.hash === "#use") === isUse ? "page" : null;
  if (!isUse) growIdea();
  else if (part.key.value) showUse();
}
addEventListener("hashchange", layView);

document.addEventListener("keydown", (event) => {
  const isTyping = event.target.matches("input, textarea, select");
  const isElsewhere = part.viewer.open || form.querySelector(":popover-open") || event.target === part.search;
  if (event.key === "Escape" && !isElsewhere && !event.isComposing && stopLatest()) event.preventDefault();
  if (event.key === "/" && !isTyping && !part.viewer.open) {
    event.preventDefault();
    part.idea.focus();
  }
});
document.addEventListener("click", async ({ target }) => {
  if (!target.matches(".copy button")) return;
  const text = target.previousElementSibling;
  // Only pages that came by https, or from this machine, may write to the clipboard.
  if (!(await copyText(text.textContent))) getSelection().selectAllChildren(text);
});

async function begin() {
  layWords();
  layChoices();
  layActs();
  recallForm();
  showModel();
  layView();
  part.base.textContent = `${location.origin}/v1`;
  const { fluxgateKey } = deviceMemory;
  part.key.value = tabMemory.fluxgateKey ?? fluxgateKey ?? "";
  part.remember.checked = Boolean(fluxgateKey) && fluxgateKey === part.key.value;
  showKey(!part.key.value);
  loadModels();
  readPictures().then(takeFiles);
  navigator.serviceWorker?.register("/sw.js").catch(() => {});
}

begin();
