// The box to write in: what is typed is kept, sent in order, answers or changes a message, and takes files.
import { all, ask, FRAGMENT, nodes, one } from './dom.js';
import { begin as completion } from './complete.js';
import { note, place, toEnd } from './chat_log.js';
import { again, forget, name, send, waiting } from './chat_queue.js';
import { open as emoji } from './chat_emoji.js';
import { begin as voice } from './chat_voice.js';
import { say as toast } from './toast.js';

const FILE_LIMIT = 25 * 1024 * 1024;
const DRAFT_WAIT = 1500;
const TYPING_EVERY = 3000;

const main = () => one('main[data-chat]');
const chat = () => main().dataset.chat;
const post = (path, fields) => fetch(path, { method: 'POST', credentials: 'same-origin', keepalive: true, headers: { accept: FRAGMENT }, body: new URLSearchParams({ csrf: main().dataset.csrf, ...fields }) });

class Box {
  constructor(form) {
    this.form = form;
    this.field = one('textarea', form);
    this.thread = form.elements.thread.value;
    this.files = one('.files-in', form);
    this.kept = this.field.value;
    this.editing = form.classList.contains('editing') ? form.getAttribute('action').match(/\d+/)?.[0] : null;
    // Before our own keys: Enter takes a completion while there is one.
    completion(this.field, () => this.typed(), part, 'Completions');
    form.addEventListener('submit', (event) => this.submitted(event));
    this.field.addEventListener('keydown', (event) => this.key(event));
    this.field.addEventListener('input', () => this.typed());
    form.elements.file.addEventListener('change', (event) => {
      this.take(event.target.files);
      event.target.value = '';
    });
    one('[data-over-end]', form).addEventListener('click', (event) => {
      event.preventDefault();
      this.plain();
    });
    one('[data-emoji]', form).addEventListener('click', (event) => emoji(event.currentTarget, (letter) => this.insert(letter)));
    this.files.addEventListener('click', (event) => event.target.closest('[data-drop]')?.closest('.file').remove());
    form.addEventListener('paste', (event) => {
      if (!event.clipboardData?.files.length) return;
      event.preventDefault();
      this.take(event.clipboardData.files);
    });
    voice(one('[data-voice]', form), (files) => this.take(files));
    this.drops();
  }

  /** Puts a text where the caret is. */
  insert(text) {
    const { selectionStart: from, selectionEnd: to, value } = this.field;
    this.field.value = value.slice(0, from) + text + value.slice(to);
    this.field.selectionStart = this.field.selectionEnd = from + text.length;
    this.field.focus();
    this.typed();
  }

  key(event) {
    if (event.isComposing || event.defaultPrevented) return;
    if (event.key === 'Enter' && !event.shiftKey && !event.altKey) {
      event.preventDefault();
      this.form.requestSubmit();
    } else if (event.key === 'ArrowUp' && this.field.value === '') {
      const own = all('.say.mine[data-number]:not(.gone, .notice, .carded)', this.thread ? one('#thread-says') : one('#says')).at(-1);
      if (!own) return;
      event.preventDefault();
      this.edit(own);
    } else if (event.key === 'Escape' && !one('.over', this.form).hidden) {
      event.preventDefault();
      event.stopPropagation();
      this.plain();
    }
  }

  typed() {
    one('.error', this.form)?.remove();
    this.field.removeAttribute('aria-invalid');
    if (this.editing || this.thread) return;
    clearTimeout(this.timer);
    this.timer = setTimeout(() => this.keep(), DRAFT_WAIT);
    const is = this.field.value.trim() && !this.field.value.startsWith('/');
    if (is && Date.now() - (this.saidTyping ?? 0) > TYPING_EVERY) {
      this.saidTyping = Date.now();
      post(`/chat/${chat()}/typing`, {}).catch(() => {});
    }
  }

  /** Keeps what is typed with the server, so that it is there on every device. */
  keep() {
    clearTimeout(this.timer);
    if (this.editing || this.thread || this.field.value === this.kept) return;
    this.kept = this.field.value;
    post(`/chat/${chat()}/draft`, { text: this.kept }).catch(() => { this.kept = null; });
  }

  over(words, icon) {
    const line = one('.over', this.form);
    one('[data-over]', line).textContent = words;
    line.hidden = false;
    this.form.classList.toggle('editing', icon === 'edit');
    this.field.focus();
  }

  /** Answers a message. */
  answer(say) {
    this.plain();
    this.form.elements.answers.value = say.dataset.id;
    this.over(`${one('header b', say).textContent}: ${one('.said', say).textContent.trim().slice(0, 140)}`);
  }

  /** Changes a message: its text comes from the server, as it was typed. */
  async edit(say) {
    const answer = await ask(`/chat/message/${say.dataset.id}/text`).catch(() => null);
    if (!answer?.ok) return toast('This message can’t be changed now.');
    this.before = this.editing ? this.before : this.field.value;
    this.editing = say.dataset.id;
    this.field.value = await answer.text();
    this.over('Editing: Enter saves, Esc leaves it as it was', 'edit');
    this.field.selectionStart = this.field.value.length;
  }

  /** Neither answers nor changes anything. */
  plain() {
    if (this.editing) {
      this.field.value = this.before ?? '';
      this.editing = null;
    }
    this.form.elements.answers.value = '';
    this.form.classList.remove('editing');
    one('.over', this.form).hidden = true;
    this.field.focus();
  }

  submitted(event) {
    event.preventDefault();
    if (one('[data-upload]', this.files)) return void (this.sendsThen = true);
    const text = this.field.value.trim();
    const files = all('input[name=kept]', this.files);
    if (this.editing) return void this.save(text);
    if (!text && files.length === 0) return;
    const entry = {
      chat: chat(), client: name(), text, at: Date.now(),
      answers: this.form.elements.answers.value, thread: this.thread, files: files.map((each) => each.value),
    };
    this.field.value = '';
    this.files.replaceChildren();
    clearTimeout(this.timer);
    if (!this.thread && this.kept !== '') {
      this.kept = '';
      post(`/chat/${chat()}/draft`, { text: '' }).catch(() => {});
    }
    this.plain();
    if (!text.startsWith('/') || text.startsWith('//')) sending(entry);
    send(entry);
  }

  async save(text) {
    const answer = await post(`/chat/message/${this.editing}/edit`, { text }).catch(() => null);
    if (!answer) return toast('Not connected. Nothing was changed; try again in a moment.');
    const body = await answer.text();
    if (!answer.ok) return this.error(body);
    place(nodes(body).firstElementChild);
    this.plain();
  }

  error(words) {
    one('.error', this.form)?.remove();
    const line = Object.assign(document.createElement('p'), { className: 'error', textContent: words });
    line.setAttribute('role', 'alert');
    this.files.after(line);
    this.field.setAttribute('aria-invalid', 'true');
  }

  take(files) {
    for (const file of files) this.upload(file);
  }

  upload(file) {
    if (file.size > FILE_LIMIT) return void toast(`“${file.name}” is too large: a file may have 25 MB.`);
    const row = one('#upload').content.firstElementChild.cloneNode(true);
    const [label, bar, stop] = ['.cut', 'progress', 'button'].map((part_) => one(part_, row));
    label.textContent = file.name;
    bar.setAttribute('aria-label', `Uploading ${file.name}`);
    stop.setAttribute('aria-label', `Stop uploading ${file.name}`);
    this.files.append(row);
    const body = new FormData();
    body.append('csrf', main().dataset.csrf);
    body.append('file', file, file.name || 'picture.png');
    const request = new XMLHttpRequest();
    request.open('POST', `/chat/${chat()}/file`);
    request.setRequestHeader('accept', FRAGMENT);
    request.upload.onprogress = (event) => { bar.value = (100 * event.loaded) / event.total; };
    stop.onclick = () => request.abort();
    request.onloadend = () => {
      if (request.status === 200) row.replaceWith(nodes(request.responseText));
      else {
        row.remove();
        toast(request.status ? request.responseText : `“${file.name}” was not uploaded.`);
      }
      if (this.sendsThen && !one('[data-upload]', this.files)) {
        this.sendsThen = false;
        this.form.requestSubmit();
      }
    };
    request.send(body);
  }

  drops() {
    const pane = this.form.closest('.pane');
    pane.addEventListener('dragover', (event) => {
      if (!event.dataTransfer?.types.includes('Files')) return;
      event.preventDefault();
      this.form.dataset.dropping = '';
    });
    pane.addEventListener('dragleave', (event) => pane.contains(event.relatedTarget) || delete this.form.dataset.dropping);
    pane.addEventListener('drop', (event) => {
      if (!event.dataTransfer?.files.length) return;
      event.preventDefault();
      delete this.form.dataset.dropping;
      this.take(event.dataTransfer.files);
    });
  }
}

/** What the caret is in: `@name`, or a command at the beginning. */
function part(field) {
  const before = field.value.slice(0, field.selectionStart);
  const found = before.match(/(?:^|[\s(])@([\p{L}\p{N}._-]{0,30})$/u) ?? before.match(/^\/([a-z]{0,20})$/i);
  if (!found) return null;
  const start = before.length - found[1].length - 1;
  const what = before[start] === '@' ? `/chat/${chat()}/people` : '/chat/commands';
  const put = (value) => {
    const rest = field.value.slice(field.selectionStart);
    field.value = `${field.value.slice(0, start)}${value} ${rest.replace(/^ /, '')}`;
    field.selectionStart = field.selectionEnd = start + value.length + 1;
  };
  return { key: before.slice(start), url: `${what}?name=${encodeURIComponent(found[1])}`, put };
}

/** Shows what is on its way. */
function sending(entry) {
  const say = one('#own').content.firstElementChild.cloneNode(true);
  say.dataset.client = entry.client;
  say.dataset.by = main().dataset.me;
  one('.said', say).textContent = entry.text || 'Files';
  one('time', say).textContent = new Date(entry.at).toTimeString().slice(0, 5);
  const list = entry.thread ? one('#thread-says') : one('#says');
  const log = list.closest('.log');
  log.setAttribute('aria-live', 'off');
  if (entry.thread) list.append(say);
  else {
    one('#seen').before(say);
    one('#seen').textContent = '';
    toEnd();
  }
  setTimeout(() => log.setAttribute('aria-live', 'polite'), 300);
  if (entry.failed) failed(say, entry, entry.failed);
}

function failed(say, entry, words) {
  say.className = 'say mine failed';
  const line = one('.state', say);
  const button = (label, act) => {
    const made = Object.assign(document.createElement('button'), { type: 'button', className: 'btn small', textContent: label });
    made.onclick = act;
    return made;
  };
  line.replaceChildren(words, button('Try again', () => {
    say.className = 'say mine sending';
    line.replaceChildren();
    again(entry.client);
  }), button('Discard', () => {
    forget(entry.client);
    say.remove();
  }));
}

/** Learns how a saying went. */
export function went(entry, answer, text) {
  const here = entry.chat === chat();
  const say = here && one(`.say[data-client="${CSS.escape(entry.client)}"]:is(.sending, .failed)`);
  if (!answer) {
    if (say) one('.state', say).textContent = 'Waiting for the connection';
    return;
  }
  if (answer.headers.get('x-go')) return location.assign(answer.headers.get('x-go'));
  if (!here) return;
  if (!answer.ok) {
    if (say) return failed(say, entry, text);
    const box = boxes.find((each) => each.thread === (entry.thread ?? ''));
    if (box && box.field.value === '') box.field.value = entry.text;
    box?.error(text);
    return forget(entry.client);
  }
  const came = nodes(text).firstElementChild;
  if (came?.matches('[data-note]')) return note(text);
  if (!came?.matches('.say')) return;
  if (entry.thread) reply(came, say);
  else place(came, true);
}

/** Puts a message into the thread beside the log. */
export function reply(came, sending_) {
  const list = one('#thread-says');
  const id = `t${came.dataset.id}`;
  const waits = sending_ ?? one(`.say[data-client="${CSS.escape(came.dataset.client || '-')}"]:is(.sending, .failed)`, list ?? document);
  if (!list || document.getElementById(id)) return void waits?.remove();
  const say = came.cloneNode(true);
  say.id = id;
  if (waits) waits.replaceWith(say); else list.append(say);
  return say;
}

const boxes = [];

/** The box that keys speak of: that of the thread where one is open and has the focus, else the log's. */
export function current(say) {
  const inThread = say ? say.closest('#thread') : document.activeElement?.closest('#thread');
  return boxes.find((box) => (box.thread !== '') === !!inThread) ?? boxes[0];
}

/** Watches the boxes of this page, and shows what still waits to be said. */
export function begin() {
  for (const form of all('form[data-say]')) boxes.push(new Box(form));
  const said = new Set(all('.say[data-client]').map((say) => say.dataset.client));
  for (const entry of waiting(chat())) if (!said.has(entry.client) && !entry.text.startsWith('/')) sending(entry);
  addEventListener('pagehide', () => boxes.forEach((box) => box.keep()));
  if (matchMedia('(hover: hover)').matches && !location.hash.match(/^#[mt]\d/)) boxes.at(-1)?.field.focus({ preventScroll: true });
}
