// Voice notes: recorded on a click, for as long as one likes up to a limit, and attached like any file.
import { one } from './dom.js';
import { say as toast } from './toast.js';

const LONGEST = 10 * 60; // seconds
const KINDS = ['audio/webm;codecs=opus', 'audio/ogg;codecs=opus', 'audio/mp4'];

const clock = (seconds) => `${Math.floor(seconds / 60)}:${String(seconds % 60).padStart(2, '0')}`;

/** Whether this browser can record at all. */
const kind = () => window.MediaRecorder && navigator.mediaDevices && KINDS.find((each) => MediaRecorder.isTypeSupported(each));

/** Lets a button of the box record; `take` is given the file. The microphone is asked for by the click, never before. */
export function begin(button, take) {
  const words = one('[data-voice-time]', button.form);
  if (!kind()) return void button.remove();
  let recorder;
  let timer;

  function ended(stream, pieces) {
    clearInterval(timer);
    stream.getTracks().forEach((track) => track.stop());
    button.setAttribute('aria-pressed', 'false');
    button.setAttribute('aria-label', 'Record a voice note');
    words.textContent = '';
    const type = recorder.mimeType.split(';')[0];
    recorder = null;
    const name = `Voice note ${new Date().toTimeString().slice(0, 5).replace(':', '.')}.${type.split('/')[1]}`;
    if (pieces.length) take([new File(pieces, name, { type })]);
    one('textarea', button.form).focus();
  }

  async function start() {
    const stream = await navigator.mediaDevices.getUserMedia({ audio: true }).catch(() => null);
    if (!stream) return toast('This browser gives no leave to record. Its settings for this site can change that.');
    const pieces = [];
    recorder = new MediaRecorder(stream, { mimeType: kind() });
    recorder.ondataavailable = (event) => event.data.size && pieces.push(event.data);
    recorder.onstop = () => ended(stream, pieces);
    recorder.start();
    button.setAttribute('aria-pressed', 'true');
    button.setAttribute('aria-label', 'Stop recording and attach');
    const since = Date.now();
    const tick = () => {
      const seconds = Math.floor((Date.now() - since) / 1000);
      words.textContent = clock(seconds);
      if (seconds >= LONGEST) recorder?.stop();
    };
    tick();
    timer = setInterval(tick, 500);
  }

  button.addEventListener('click', () => (recorder ? recorder.stop() : start()));
}
