"""What is delivered is made of what is named: actions by their commits, base images by their digests."""

import re
import shutil
import subprocess
import sys
from pathlib import Path

import pytest
import yaml

ROOT = Path(__file__).parent.parent
WORKFLOWS = sorted((ROOT / ".github" / "workflows").glob("*.yml"))
USES = re.compile(r"^\s*(?:- )?uses: (\S+)(?: # (\S+))?$", re.MULTILINE)


def test_every_action_is_named_by_its_commit_with_its_version_beside_it():
    used = [found for path in WORKFLOWS for found in USES.findall(path.read_text())]
    assert len(used) == sum(path.read_text().count("uses:") for path in WORKFLOWS)
    others = {(action, version) for action, version in used if not action.startswith("./")}
    for action, version in others:
        assert re.fullmatch(r"[\w.-]+/[\w.-]+@[0-9a-f]{40}", action), action
        assert re.fullmatch(r"v\d+\.\d+\.\d+", version), action
    assert len({action.partition("@")[0] for action, _version in others}) == len(others)  # one commit for each


def test_a_tag_in_place_of_a_commit_is_found_by_make_check(tmp_path):
    audited = next(line for line in (ROOT / "Makefile").read_text().splitlines() if "/zizmor " in line)
    command = [Path(sys.executable).parent / "zizmor", *audited.split()[1:]]
    shutil.copytree(ROOT / ".github", tmp_path / ".github")
    assert subprocess.run(command, cwd=tmp_path, capture_output=True, check=False).returncode == 0
    release = tmp_path / ".github" / "workflows" / "release.yml"
    release.write_text(re.sub(r"(pypi-publish)@\w+ # \S+", r"\1@release/v1", release.read_text()))
    assert subprocess.run(command, cwd=tmp_path, capture_output=True, check=False).returncode != 0


@pytest.mark.parametrize("job", yaml.safe_load((ROOT / ".github/workflows/check.yml").read_text())["jobs"].values())
def test_no_step_of_a_check_finds_a_token_in_the_checkout(job):
    for step in job["steps"]:
        if step.get("uses", "").startswith("actions/checkout@"):
            assert step["with"]["persist-credentials"] is False


def test_an_image_is_released_only_of_bases_named_by_digest_and_listed_before_it_is_signed():
    steps = yaml.safe_load((ROOT / ".github/workflows/release.yml").read_text())["jobs"]["images"]["steps"]
    names = [step.get("name", "") for step in steps]
    order = ["Every base image is named by its digest", "Build and push", "List what is in it", "Sign both"]
    assert [name for name in names if name in order] == order
    listed, signed = steps[names.index(order[2])], steps[names.index(order[3])]
    assert listed["with"]["image-ref"] == signed["env"]["DIGEST"]
    assert listed["with"]["output"] in signed["run"]


def test_a_base_image_without_a_digest_is_told_by_file_and_name(tmp_path):
    shutil.copytree(ROOT / "docker", tmp_path / "docker")
    compose = tmp_path / "docker-compose.yml"
    compose.write_text("services:\n  db:\n    image: postgres:17\n")
    for file in (tmp_path / "docker").glob("*.Dockerfile"):
        file.write_text(re.sub(r"^FROM (\S+?)(@\S+)?$", rf"FROM \1@sha256:{'a' * 64}", file.read_text(), flags=re.M))
    checked = ["sh", tmp_path / "docker" / "pin.sh", "--check"]
    refused = subprocess.run(checked, capture_output=True, text=True, check=False)
    assert refused.returncode == 1 and refused.stderr.startswith("docker-compose.yml: postgres:17 has no digest.")
    assert refused.stderr.count("\n") == 1
    compose.write_text(compose.read_text().replace("postgres:17", f"postgres:17@sha256:{'b' * 64}"))
    assert subprocess.run(checked, capture_output=True, check=True).stderr == b""
