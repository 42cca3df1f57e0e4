"""What a browser may do with a page of ours: no script, no copy in a cache, in nobody's frame."""

from base64 import b64encode
from hashlib import sha256


def headers_of(style: str, *, asks: bool = False, shows: bool = False) -> dict[str, str]:
    """The headers of a page with this style sheet in it, and no other one.

    ``asks``: it holds a form for us; ``shows``: it holds pictures, which stand in it too.
    """
    digest = b64encode(sha256(style.encode()).digest()).decode()
    policy = {
        "default-src": "'none'",
        "style-src": f"'sha256-{digest}'",
        **({"img-src": "data:"} if shows else {}),
        "form-action": "'self'" if asks else "'none'",
        "base-uri": "'none'",
        "frame-ancestors": "'none'",
    }
    return {
        "Content-Security-Policy": "; ".join(f"{name} {allowed}" for name, allowed in policy.items()),
        "Cache-Control": "no-store",
        "Cross-Origin-Opener-Policy": "same-origin",
        "Cross-Origin-Resource-Policy": "same-origin",
        "Permissions-Policy": "camera=(), geolocation=(), microphone=()",
        "Referrer-Policy": "no-referrer",
        "X-Content-Type-Options": "nosniff",
        "X-Frame-Options": "DENY",
        "X-Robots-Tag": "noindex, nofollow",
    }
