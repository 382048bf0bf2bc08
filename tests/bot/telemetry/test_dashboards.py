"""What ships for Prometheus and Grafana asks for what the bot tells, and every alert says where its help stands."""

import json
import re
from pathlib import Path

import pytest
import yaml

from bot.telemetry.metrics import REGISTRY

ROOT = Path(__file__).parents[3]
DEPLOY = ROOT / "deploy"
RUNBOOK = (ROOT / "docs" / "operations.md").read_text(encoding="utf-8")
RULES = yaml.safe_load((DEPLOY / "prometheus-alerts.yml").read_text())["groups"][0]["rules"]
PANELS = json.loads((DEPLOY / "grafana-dashboard.json").read_text())["panels"]
ASKED = [rule["expr"] for rule in RULES] + [target["expr"] for panel in PANELS for target in panel["targets"]]
OF_PROMETHEUS = {"up"}
LABELS_OF_PROMETHEUS = {"job", "instance", "le"}
KEYWORDS = {"and", "or", "unless", "bool", "offset"}
GROUPING = r"\b(?:by|without|on|ignoring)\s*\(([^)]*)\)"


def told():
    """Every name of a sample that the bot may tell, and the labels it has."""
    names, labels = set(REGISTRY._names_to_collectors), {}
    names |= {sample.name for family in REGISTRY.collect() for sample in family.samples}
    for name, collector in REGISTRY._names_to_collectors.items():
        labels[name] = {*getattr(collector, "_labelnames", ()), *LABELS_OF_PROMETHEUS}
    return names, labels


def asked(expression):
    """The metrics and the labels that an expression of PromQL names."""
    bare = re.sub(r'"[^"]*"', '""', expression)
    labels = set(re.findall(r"(\w+)\s*(?:=~|!~|!=|=)(?!=)\s*\"\"", bare))
    labels |= {label.strip() for group in re.findall(GROUPING, bare) for label in group.split(",")}
    rest = re.sub(r"\{[^}]*\}|\[[^\]]*\]", "", re.sub(GROUPING, "", bare))
    metrics = set(re.findall(r"\b([a-zA-Z_:][\w:]*)\b(?!\s*\()", rest)) - KEYWORDS
    return metrics, labels


@pytest.mark.parametrize("expression", ASKED)
def test_it_names_only_metrics_and_labels_that_exist(expression):
    names, labels = told()
    metrics, named = asked(expression)
    assert metrics and metrics <= names | OF_PROMETHEUS
    assert named <= set.union(LABELS_OF_PROMETHEUS, *(labels.get(metric, set()) for metric in metrics))


def test_a_metric_or_label_that_is_not_there_is_noticed():
    metrics, labels = asked('sum by (room) (rate(studybot_nothing_total{where=~"a|b"}[5m])) > 3 and up == 1')
    assert (metrics, labels) == ({"studybot_nothing_total", "up"}, {"room", "where"})


def test_everything_counted_is_shown_or_alerted_on_and_explained():
    shown = {metric for expression in ASKED for metric in asked(expression)[0]}
    for family in REGISTRY.collect():
        if family.name.startswith("studybot_"):
            assert any(name.startswith(family.name) for name in shown), family.name
            assert f"`{family.name}" in RUNBOOK, family.name


def anchor(heading):
    return re.sub(r"[^\w\- ]", "", heading.lower()).strip().replace(" ", "-")


@pytest.mark.parametrize("rule", RULES, ids=lambda rule: rule["alert"])
def test_every_alert_leads_to_its_part_of_the_runbook(rule):
    page, _, part = rule["annotations"]["runbook"].partition("#")
    assert page == "docs/operations.md"
    assert part in {anchor(heading) for heading in re.findall(r"^#+ (.+)$", RUNBOOK, re.M)}
    assert rule["annotations"]["summary"] and rule["labels"]["severity"] in ("critical", "warning")
