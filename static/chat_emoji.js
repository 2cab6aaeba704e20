// A small grid of common emoji, by pointer and by arrow keys.
const COMMON = '👍 👎 👌 👏 🙌 🙏 💪 👋 ✌️ 🤞 🤝 👀 😀 😃 😄 😁 😅 😂 🤣 🙂 🙃 😉 😊 😇 🥰 😍 😘 😋 😜 🤔 🤨 😐 😏 😒 🙄 😬 😌 😔 😴 🤒 🤯 😎 🤓 😕 😟 😮 😳 🥺 😢 😭 😤 😡 🤬 💩 🤖 ❤️ 🧡 💛 💚 💙 💜 💔 💯 💥 🔥 ⭐ ✨ 🎉 🎊 🎂 🎁 🏆 ☕ 🍺 🍕 🍎 🌞 🌧️ ❄️ 🌲 🚀 🚗 🚲 ✈️ 🏠 🏢 📅 📌 📎 📝 📞 📷 💡 🔧 🔒 🔑 ⏰ ⌛ ✅ ❌ ❗ ❓ ⚠️ ➕ ➖ ➡️ ⬅️ 🆗'.split(' ');
const COLUMNS = 8;

let menu;
let chosen = () => {};

function build() {
  menu = document.createElement('div');
  menu.className = 'menu emoji beside';
  menu.popover = 'auto';
  menu.setAttribute('role', 'dialog');
  menu.setAttribute('aria-label', 'Emoji');
  const grid = document.createElement('div');
  grid.className = 'emoji-grid';
  grid.append(...COMMON.map((letter, at) => {
    const button = Object.assign(document.createElement('button'), { type: 'button', textContent: letter, tabIndex: at === 0 ? 0 : -1 });
    return button;
  }));
  grid.addEventListener('click', (event) => {
    const button = event.target.closest('button');
    if (!button) return;
    menu.hidePopover();
    chosen(button.textContent);
  });
  grid.addEventListener('keydown', (event) => {
    const buttons = [...grid.children];
    const step = { ArrowRight: 1, ArrowLeft: -1, ArrowDown: COLUMNS, ArrowUp: -COLUMNS, Home: -1e3, End: 1e3 }[event.key];
    if (!step) return;
    event.preventDefault();
    const at = Math.max(0, Math.min(buttons.length - 1, buttons.indexOf(document.activeElement) + step));
    buttons.forEach((button, place) => { button.tabIndex = place === at ? 0 : -1; });
    buttons[at].focus();
  });
  menu.append(grid);
  document.body.append(menu);
}

/** Places something that floats beside what opened it, wholly on the screen. */
export function beside(floating, opener) {
  const [at, size] = [opener.getBoundingClientRect(), floating.getBoundingClientRect()];
  const left = Math.max(8, Math.min(at.right - size.width, innerWidth - size.width - 8));
  const below = at.bottom + 4 + size.height < innerHeight;
  floating.style.left = `${left}px`;
  floating.style.top = `${below ? at.bottom + 4 : Math.max(8, at.top - size.height - 4)}px`;
}

/** Lets the reader choose an emoji. */
export function open(opener, then) {
  if (!menu) build();
  chosen = then;
  menu.showPopover();
  beside(menu, opener);
  menu.querySelector('[tabindex="0"]').focus();
}
