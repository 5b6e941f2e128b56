// Opens the console's panel for the issue that is shown.
//
// Forge's proxy signs who asks, and on which issue (the invocation token), and hands that to the
// console. The console answers with the address of a page that is good for some minutes and for this
// issue and person alone. Nothing is kept here.

import { invokeRemote } from "@forge/bridge";

const words = document.getElementById("words");
const again = document.getElementById("again");
const frame = document.getElementById("frame");

const HEIGHT_MAX = 4000;

let origin = "";

async function open() {
  say("Opening…", false);
  try {
    const answer = await invokeRemote({ path: "/panel/session", method: "POST" });
    const body = typeof answer.body === "string" ? JSON.parse(answer.body) : answer.body;
    if (answer.status !== 200) {
      // A problem of RFC 9457: what it is, and what to do about it.
      say([body?.title, body?.detail].filter(Boolean).join(". ") || "Lockstep does not answer.", true);
      return;
    }
    origin = new URL(body.url).origin;
    frame.src = body.url;
    frame.hidden = false;
    words.hidden = again.hidden = true;
  } catch (error) {
    say("Lockstep cannot be reached. Try again, or tell your Jira administrator.", true);
    console.error(error);
  }
}

function say(text, failed) {
  words.textContent = text;
  words.hidden = false;
  again.hidden = !failed;
  frame.hidden = true;
}

// The page says how tall it is, and when its time is over and somebody wants to go on.
window.addEventListener("message", (event) => {
  if (event.source !== frame.contentWindow || event.origin !== origin) return;
  const { lockstep, height } = event.data ?? {};
  if (lockstep === "height" && Number.isFinite(height)) {
    frame.style.height = `${Math.min(Math.max(height, 80), HEIGHT_MAX)}px`;
  }
  if (lockstep === "renew") open();
});

again.addEventListener("click", open);
open();
