"""Short words for documents that ask."""


def asking(name, **more):
    item = {
        "name": name,
        **{part: more.pop(part) for part in ("definition", "code") if part in more},
    }
    return {"kind": "data_request", "items": [item], **more}


def prose(body, **more):
    return {"kind": "data_request", "body": body, **more}
