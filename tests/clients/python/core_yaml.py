"""YAML as Poolhouse reads it: the core schema of 1.2, and a number only where JSON would write it so."""

import json
import re

import yaml

NULL = re.compile(r"^(~|null|Null|NULL|)$")
TRUTH = re.compile(r"^(true|True|TRUE|false|False|FALSE)$")
NUMBER = re.compile(r"^-?(0|[1-9][0-9]*)(\.[0-9]+)?([eE][+-]?[0-9]+)?$")


class Core(yaml.SafeLoader):
    """PyYAML's own reader is of YAML 1.1, where ON is true and a date is no text."""

    yaml_implicit_resolvers = {}


for tag, pattern in (("null", NULL), ("bool", TRUTH), ("json", NUMBER)):
    Core.add_implicit_resolver(f"tag:yaml.org,2002:{tag}", pattern, None)
Core.add_constructor("tag:yaml.org,2002:json", lambda loader, node: json.loads(node.value))


def read(text):
    return yaml.load(text, Core)
