// Writing: drafts that save themselves, addresses that complete, files by drop and paste.
import { all, ask, FRAGMENT, nodes, one } from './dom.js';
import { begin as completion } from './complete.js';
import { say } from './toast.js';

const WAIT = 3000;
const FILE_LIMIT = 25 * 1024 * 1024;
const ATTACHED = /\b(attach(ed|ment)?|enclosed|angehängt|anhang|anbei)\b/i;

let form;
let timer;
let saving = Promise.resolve();
let kept = '';
let isLeaving = false;

const value = (name) => form.elements[name].value;
const typed = () => ['to', 'cc', 'bcc', 'subject', 'body'].map(value).join('\u0000');
const said = (words) => { one('#saved').textContent = words; };

/** The form without its files: those go one by one, so that each can show how far it is. */
function fields(deed) {
  const body = new FormData(form);
  body.delete('files');
  body.set('do', deed);
  return body;
}

/** Takes over what the server says of the draft: its number, when it was saved, its files. */
function settled(html) {
  const answer = nodes(html).firstElementChild;
  form.elements.draft.value = answer.dataset.draft;
  said(answer.dataset.words);
  const uploads = all('.file[data-upload]', one('#files'));
  one('#files').replaceChildren(...answer.childNodes, ...uploads);
}

async function save(deed = 'save') {
  const now = typed();
  const answer = await ask(form.action, { method: 'POST', body: fields(deed) });
  const text = await answer.text();
  if (!answer.ok) return say(text);
  kept = now;
  settled(text);
}

/** One after the other, or two of them would each begin a draft. */
function queue(deed) {
  clearTimeout(timer);
  saving = saving.then(() => save(deed)).catch(() => said('Not saved – not connected. Trying again.'));
  return saving;
}

function changed() {
  words();
  clearTimeout(timer);
  timer = setTimeout(() => typed() !== kept && queue('save'), WAIT);
}

const STASH = 'office-draft';
const STASHED = ['draft', 'answering', 'to', 'cc', 'bcc', 'subject', 'body'];

/** Keeps what is typed in this tab, for when the session has ended meanwhile. */
function stash() {
  sessionStorage.setItem(STASH, JSON.stringify(STASHED.map(value)));
}

/** Puts back what was typed before signing in again. */
function restore() {
  const kept_ = sessionStorage.getItem(STASH);
  sessionStorage.removeItem(STASH);
  if (!kept_ || one('#errors')) return;
  JSON.parse(kept_).forEach((words_, at) => { form.elements[STASHED[at]].value = words_; });
  one('details.cc').open = value('cc') !== '' || value('bcc') !== '';
}

/** On leaving, what is not saved goes with a request that outlives the page. */
function left() {
  if (isLeaving || typed() === kept) return;
  navigator.sendBeacon?.(form.action, fields('save'));
  kept = typed();
}

/** `Send to 3 people`: the button says what it does. */
function words() {
  const count = ['to', 'cc', 'bcc'].flatMap((name) => value(name).split(/[,;]/)).filter((part) => part.trim()).length;
  one('[data-send-words]').textContent = count > 1 ? `Send to ${count} people` : 'Send';
}

function upload(file) {
  if (file.size > FILE_LIMIT) return void say(`“${file.name}” is too large: a file may have 25 MB.`);
  const row = one('#upload').content.firstElementChild.cloneNode(true);
  const [name, bar, stop] = ['.cut', 'progress', 'button'].map((part) => one(part, row));
  name.textContent = file.name;
  bar.setAttribute('aria-label', `Uploading ${file.name}`);
  stop.setAttribute('aria-label', `Stop uploading ${file.name}`);
  one('#files').append(row);
  saving = saving.then(() => transfer(file, row, bar, stop)).catch(() => {});
}

function transfer(file, row, bar, stop) {
  return new Promise((done) => {
    const request = new XMLHttpRequest();
    const body = fields('attach');
    body.append('files', file, file.name);
    request.open('POST', form.action);
    request.setRequestHeader('accept', FRAGMENT);
    request.upload.onprogress = (event) => { bar.value = (100 * event.loaded) / event.total; };
    stop.onclick = () => request.abort();
    request.onloadend = () => {
      row.remove();
      if (request.status === 200) settled(request.responseText);
      else if (request.status) say(request.responseText);
      else say(`“${file.name}” was not uploaded.`);
      done();
    };
    request.send(body);
  });
}

function take(files) {
  for (const file of files) upload(file);
}

/** Asks the one gentle question, once for each reason. */
const asked = new Set();
function question() {
  const files = one('.file', one('#files'));
  const own = value('body').split(/^>|^On .* wrote:$/m)[0];
  if (!value('subject').trim() && !asked.has('subject')) {
    asked.add('subject');
    return ['Send without a subject?', 'A few words help the reader to find this again.', 'Send without'];
  }
  if (!files && ATTACHED.test(own) && !asked.has('files')) {
    asked.add('files');
    return ['Send without a file?', 'The text speaks of an attachment, but no file is attached.', 'Send without a file'];
  }
  return null;
}

function confirmed([title, more, yes]) {
  const dialog = one('#ask');
  one('#ask-words').textContent = title;
  one('#ask-more').textContent = more;
  one('[data-yes]').textContent = yes;
  dialog.showModal();
  return new Promise((answer) => {
    const end = (is) => () => { dialog.close(); answer(is); };
    one('[data-yes]').onclick = end(true);
    one('[data-no]').onclick = end(false);
    dialog.oncancel = () => answer(false);
  });
}

async function submitted(event) {
  const button = event.submitter;
  if (button?.value === 'save' || button?.value?.startsWith('detach')) {
    event.preventDefault();
    return queue(button.value);
  }
  if (button?.value !== 'send') {
    isLeaving = true;
    return;
  }
  const doubt = question();
  if (!doubt && !one('[data-upload]')) {
    isLeaving = true;
    stash();
    return;
  }
  event.preventDefault();
  if (doubt && !(await confirmed(doubt))) return;
  await saving;
  form.requestSubmit(button);
}

function dropping() {
  document.addEventListener('dragover', (event) => {
    if (event.dataTransfer?.types.includes('Files')) {
      event.preventDefault();
      form.dataset.dropping = '';
    }
  });
  document.addEventListener('dragleave', (event) => event.relatedTarget ?? delete form.dataset.dropping);
  document.addEventListener('drop', (event) => {
    if (!event.dataTransfer?.files.length) return;
    event.preventDefault();
    delete form.dataset.dropping;
    take(event.dataTransfer.files);
  });
  form.addEventListener('paste', (event) => {
    if (event.clipboardData?.files.length) {
      event.preventDefault();
      take(event.clipboardData.files);
    }
  });
}

/** Watches the composer. */
export function begin() {
  form = one('[data-compose]');
  kept = typed();
  restore();
  addEventListener('signed-out', stash);
  words();
  form.addEventListener('input', changed);
  form.addEventListener('submit', submitted);
  form.elements.files.addEventListener('change', (event) => {
    take(event.target.files);
    event.target.value = '';
  });
  form.addEventListener('keydown', (event) => {
    if (event.key === 'Enter' && (event.ctrlKey || event.metaKey)) {
      event.preventDefault();
      form.requestSubmit(one('[data-send]', form));
    }
  });
  addEventListener('pagehide', left);
  dropping();
  for (const field of all('[data-people]', form)) completion(field, changed);
}
