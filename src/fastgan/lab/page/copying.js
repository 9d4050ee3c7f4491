// The button that copies the Python. Browsers open the clipboard only to pages of this machine; on
// others the text is selected, to be copied by hand.

const byId = (id) => document.getElementById(id);

function select(node) {
  const range = document.createRange();
  range.selectNodeContents(node);
  const selection = getSelection();
  selection.removeAllRanges();
  selection.addRange(range);
}

export function listenToCopying() {
  byId("copy").addEventListener("click", async () => {
    try {
      await navigator.clipboard.writeText(byId("code").textContent);
      byId("copied").textContent = "Copied.";
    } catch {
      select(byId("code"));
      byId("copied").textContent = "The Python is selected: copy it with Ctrl-C.";
    }
  });
}
