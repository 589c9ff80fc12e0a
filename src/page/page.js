/* Filters, where there is more than one thing to choose from: the page is complete without. What can be
 * chosen is what the items say of themselves (data-family, data-group and so on: words). */
(function () {
	'use strict';
	var main = document.querySelector('main');
	var items = Array.from(document.querySelectorAll('[data-item]'));
	var kinds = { show: 'only', verdict: 'verdict', group: 'group', family: 'family' };
	var chosen = {}, texts = new Map();

	if (items.length > 1 === false)
		return;

	/* As closewait list searches: '-' and '_' join the parts of a word, or part them. */
	function plain(text, joined) {
		text = text.toLowerCase();
		return ' ' + (joined ? text.replace(/[-_]/g, '') : text).replace(/[^a-z0-9]+/g, ' ');
	}

	function textOf(item) {
		if (!texts.has(item)) {
			var text = item.textContent + ' ' + (item.dataset.words || '');
			texts.set(item, plain(text, true) + plain(text, false));
		}
		return texts.get(item);
	}

	function has(item, word) {
		return [true, false].some(function (joined) {
			var p = plain(word, joined).trimEnd();
			return p === '' || textOf(item).includes(p);
		});
	}

	function wanted(item) {
		return Object.keys(chosen).every(function (kind) {
			var value = chosen[kind];
			if (value === '')
				return true;
			if (kind === 'words')
				return value.split(/\s+/).every(function (word) { return has(item, word); });
			return (item.dataset[kind] || '').split(' ').includes(value);
		});
	}

	function apply() {
		var shown = items.filter(function (item) {
			item.hidden = wanted(item) === false;
			return item.hidden === false;
		});
		status.textContent = shown.length + ' of ' + items.length;
		document.querySelectorAll('[data-of-item]').forEach(function (row) {
			row.hidden = document.getElementById(row.dataset.ofItem).hidden;
		});
		document.querySelectorAll('[data-of-items]').forEach(function (group) {
			group.hidden = group.querySelector('[data-item]:not([hidden])') === null;
		});
		return shown;
	}

	function label(text, control) {
		var l = document.createElement('label');
		l.append(text, control);
		bar.append(l);
	}

	function choose(kind, control, event) {
		chosen[kind] = '';
		control.addEventListener(event, function () {
			chosen[kind] = control.value.trim();
			apply();
		});
	}

	function select(kind) {
		var values = new Set(), control = document.createElement('select');
		items.forEach(function (item) {
			(item.dataset[kind] || '').split(' ').forEach(function (value) { values.add(value); });
		});
		values.delete('');
		if (values.size > 1 === false)
			return;
		[''].concat(Array.from(values)).forEach(function (value) {
			control.append(new Option(value === '' ? 'all' : value, value));
		});
		choose(kind, control, 'change');
		label(kinds[kind], control);
	}

	var bar = document.createElement('form'), search = document.createElement('input');
	var status = document.createElement('output');
	bar.className = 'filters';
	bar.setAttribute('role', 'search');
	bar.addEventListener('submit', function (event) {
		event.preventDefault();
		var first = apply()[0];
		if (first) {
			first.open = true;
			first.scrollIntoView();
		}
	});
	search.type = 'search';
	search.placeholder = 'EPIPE, Broken pipe, keep-alive';
	choose('words', search, 'input');
	label('search', search);
	Object.keys(kinds).forEach(select);
	bar.append(status);
	main.before(bar);

	/* Escape closes what a link has opened beside the rest, and goes back to the link. */
	var link = null;
	document.addEventListener('click', function (event) {
		var a = event.target.closest('.kernels a');
		link = a || link;
	});
	document.addEventListener('keydown', function (event) {
		if (event.key === 'Escape' === false || document.querySelector('.pair:target') === null)
			return;
		location.hash = 'main';
		if (link)
			link.focus({ preventScroll: true });
	});

	/* A link to an item opens it. */
	function open() {
		var item = document.getElementById(decodeURIComponent(location.hash.slice(1)));
		if (item) {
			item.hidden = false;
			item.open = true;
			item.scrollIntoView();
		}
	}
	window.addEventListener('hashchange', open);
	apply();
	open();
})();
