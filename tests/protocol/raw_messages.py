"""Messages as they are on the wire, to be broken on purpose: [identities…, <IDS|MSG>, signature, header, parent, metadata, content,
buffers…], signed with HMAC-SHA256 over the four parts of JSON."""
import datetime
import hashlib
import hmac
import json
import uuid

DELIMITER = b"<IDS|MSG>"


def header(msg_type, **changes):
    return {
        "msg_id": uuid.uuid4().hex,
        "session": "hostile",
        "username": "somebody",
        "date": datetime.datetime.now(datetime.timezone.utc).isoformat(),
        "msg_type": msg_type,
        "version": "5.3",
        **changes,
    }


def encoded(part):
    return part if isinstance(part, bytes) else json.dumps(part).encode()


def frames(kernel, message_header, content=None, parent=None, metadata=None, signature=None, buffers=()):
    """Each part may be bytes, which go as they are, or anything that becomes JSON."""
    parts = [encoded(part) for part in (message_header, parent or {}, metadata or {}, {} if content is None else content)]
    if signature is None:
        signer = hmac.new(kernel.client.session.key, digestmod=hashlib.sha256)
        for part in parts:
            signer.update(part)
        signature = signer.hexdigest().encode()
    return [DELIMITER, signature, *parts, *buffers]


def send(kernel, channel, parts):
    getattr(kernel.client, f"{channel}_channel").socket.send_multipart(parts)


def assert_well(kernel):
    """It answers on all channels, and knows what it knew."""
    assert kernel.alive()
    assert kernel.control("usage_request")["pid"] == kernel.pid
    assert kernel.ok("6 * 7").value["text/plain"] == "42"
