"""Bringing data: a file, what is understood of it, publishing it, and the way back."""

from dashboard.panels import page_frame
from dashboard.panels.entry import file, history, publishing, sign_in, trial
from dashboard.selection import permalink
from dashboard.session import access, cache, visitor

ORDER = 90
TITLE = {"nl": "Invoer", "en": "Bring data", "de": "Eingabe"}

context = visitor.load(cache.facts())
text, selection = context.text, context.selection

page_frame.head(context, text("entry.title"))
if not access.may("editor"):
    sign_in.to_enter(context)
elif selection.dataset == permalink.EXAMPLE or cache.own_folder() is None:
    sign_in.nowhere(context)
else:
    sign_in.status(context)
    publishing.done(context)
    upload = file.choose(context)
    if upload is not None:
        tried = trial.run(upload, context)
        if tried.is_good:
            publishing.show(tried, context)
    history.show(context)
page_frame.source_note((), context.facts, text)
visitor.keep(selection)
