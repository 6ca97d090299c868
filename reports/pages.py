"""Pages that are read and do nothing: letters, comparisons, the collection's site."""

from markupsafe import Markup

from reports.templating import asset, digest, environment

STYLES = ("report.css", "pages.css")


def page(template: str, **values: object) -> str:
    """One HTML document without a script, in the styles of the report.

    Nothing is fetched and nothing runs; the page says so itself in its content security policy.

    Args:
        template: of `reports/templates`, which extends ``page.html.j2``.
        values: of the template. Texts may be hostile: they are escaped.
    """
    style = "".join(map(asset, STYLES))
    return (
        environment()
        .get_template(template)
        .render(
            style=Markup(style),  # noqa: S704 - our own files
            style_digest=digest(style),
            **values,
        )
    )
