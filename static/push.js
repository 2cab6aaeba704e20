// Turns notifications of this browser on and off. Asks for leave only after a click.
import { one, worker } from './dom.js';
import { say } from './toast.js';

const place = () => one('[data-push]');

/** The office's key as browsers want it. */
function key(text) {
  const plain = atob(text.replaceAll('-', '+').replaceAll('_', '/'));
  return Uint8Array.from(plain, (sign) => sign.charCodeAt(0));
}

function words(text) {
  one('[data-push-words]').textContent = text;
}

function show(subscription) {
  one('[data-push-on]').hidden = subscription !== null;
  one('[data-push-off]').hidden = subscription === null;
  if (subscription) words('On: this browser tells you of messages also when no tab is open.');
}

async function post(address, fields) {
  const body = new URLSearchParams({ csrf: place().dataset.csrf, ...fields });
  const answer = await fetch(address, { method: 'POST', body, credentials: 'same-origin' });
  if (!answer.ok) throw new Error(`answered ${answer.status}`);
}

async function on() {
  if ((await Notification.requestPermission()) !== 'granted') {
    return words('This browser does not allow it. Its own settings for this site can change that.');
  }
  const registration = await worker();
  const options = { userVisibleOnly: true, applicationServerKey: key(place().dataset.push) };
  // A subscription to another office's key, from before a move, must go first.
  const subscribe = () => registration.pushManager.subscribe(options);
  const subscription = await subscribe().catch(async () => {
    await (await registration.pushManager.getSubscription())?.unsubscribe();
    return subscribe();
  });
  await post('/push/subscribe', { subscription: JSON.stringify(subscription) });
  location.assign('/settings/notifications?done=push-on');
}

async function off() {
  const registration = await navigator.serviceWorker.ready;
  const subscription = await registration.pushManager.getSubscription();
  if (subscription) {
    await post('/push/unsubscribe', { endpoint: subscription.endpoint });
    await subscription.unsubscribe();
  }
  location.assign('/settings/notifications?done=push-off');
}

/** What a click does, said where it fails. */
const trying = (deed) => async ({ currentTarget: button }) => {
  button.setAttribute('aria-busy', 'true');
  try {
    await deed();
  } catch (error) {
    say(`That did not work: ${error.message}`);
  }
  button.setAttribute('aria-busy', 'false');
};

/** Readies the buttons of the page. */
export async function begin() {
  if (!('serviceWorker' in navigator && 'PushManager' in window && 'Notification' in window)) {
    const isPhone = /iPhone|iPad/.test(navigator.userAgent);
    return words(isPhone ? 'On this device, add the office to the home screen first.' : 'This browser cannot do that.');
  }
  one('[data-push-on]').disabled = false;
  one('[data-push-on]').addEventListener('click', trying(on));
  one('[data-push-off]').addEventListener('click', trying(off));
  const registration = await navigator.serviceWorker.getRegistration('/');
  const subscription = await registration?.pushManager?.getSubscription();
  if (Notification.permission === 'denied') words('This browser does not allow it. Its own settings for this site can change that.');
  else if (one('[data-this-device]')) show(subscription ?? null);
}
