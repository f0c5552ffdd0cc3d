"""Compares a request's body with a golden file: key by key, types included. Used by rawserver.py."""
import json
import os

GOLDEN = os.path.join(os.path.dirname(os.path.abspath(__file__)), "..", "contract", "golden")


def refuse_constant(name):
    raise ValueError(f"{name} is not JSON")


def refuse_repeats(pairs):
    keys = [key for key, _ in pairs]
    if len(set(keys)) != len(keys):
        raise ValueError(f"a key is there twice among {keys}")
    return dict(pairs)


def parse(text):
    return json.loads(text, parse_constant=refuse_constant, object_pairs_hook=refuse_repeats)


def differences(path, expected, seen):
    if type(expected) is not type(seen):
        return [f"{path} is {json.dumps(seen)}, not {json.dumps(expected)}"]
    if isinstance(expected, dict):
        return differences_of_objects(path, expected, seen)
    if isinstance(expected, list):
        if len(expected) != len(seen):
            return [f"{path} has {len(seen)} items, not {len(expected)}"]
        pairs = enumerate(zip(expected, seen))
        return [line for index, pair in pairs for line in differences(f"{path}[{index}]", *pair)]
    if expected != seen:
        return [f"{path} is {json.dumps(seen)}, not {json.dumps(expected)}"]
    return []


def differences_of_objects(path, expected, seen):
    found = [f"{path}.{key} is missing" for key in expected if key not in seen]
    found += [f"{path}.{key} does not belong there" for key in seen if key not in expected]
    for key in expected:
        if key in seen:
            found += differences(f"{path}.{key}", expected[key], seen[key])
    return found


def differences_to_file(name, body):
    with open(os.path.join(GOLDEN, name + ".json"), encoding="utf-8") as file:
        expected = parse(file.read())
    try:
        seen = parse(body.decode("utf-8"))
    except ValueError as problem:
        return [f"not JSON: {problem}: {body[:200]!r}"]
    return differences("body", expected, seen)
