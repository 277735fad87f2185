// A page that waits for a worker looks again by itself. Without it there is a link that does.
const PAUSE = 2500;

if (document.querySelector("[data-waiting]")) {
  setTimeout(() => window.location.reload(), PAUSE);
}
