
(function () {
  "use strict";
  var root = document.documentElement, said = document.getElementById("said");
  var themes = ["automatic", "light", "dark"], theme = document.getElementById("theme"), at = 0;
  function show() {
    if (at === 0) { root.removeAttribute("data-theme"); } else { root.setAttribute("data-theme", themes[at]); }
    theme.textContent = "Theme: " + themes[at];
  }
  if (theme) {
    // A page opened from a file may have no storage.
    try { at = Math.max(0, themes.indexOf(localStorage.getItem("glia-theme"))); } catch (e) { at = 0; }
    show();
    theme.hidden = false;
    theme.addEventListener("click", function () {
      at = (at + 1) % themes.length;
      show();
      try { localStorage.setItem("glia-theme", themes[at]); } catch (e) { return; }
    });
  }
  function select(node) {
    var range = document.createRange(), selection = getSelection();
    range.selectNodeContents(node);
    selection.removeAllRanges();
    selection.addRange(range);
  }
  document.querySelectorAll("button.copy").forEach(function (button) {
    var label = button.innerHTML, code = button.parentNode.querySelector("code");
    function tell(text) {
      button.textContent = text;
      said.textContent = text;
      setTimeout(function () { button.innerHTML = label; said.textContent = ""; }, 2500);
    }
    function byHand() {
      select(code);
      var done = false;
      try { done = document.execCommand("copy"); } catch (e) { done = false; }
      tell(done ? "Copied" : "Selected: copy it by keyboard");
    }
    button.hidden = false;
    button.addEventListener("click", function () {
      if (!navigator.clipboard) { byHand(); return; }
      navigator.clipboard.writeText(code.textContent).then(function () { tell("Copied"); }, byHand);
    });
  });
})();
