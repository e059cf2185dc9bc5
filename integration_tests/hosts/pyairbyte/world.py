"""The local Braze and S3, which the Jest test has started, as the tests here see them."""

import json
import urllib.request
from dataclasses import dataclass
from typing import Any
from urllib.parse import quote

#: Times short enough for tests, long enough for a busy machine.
HASTE = {"poll_interval_seconds": 0.05, "settle_seconds": 0.3, "timeout_minutes": 0.5}


def _call(method: str, url: str, body: object = None, key: str | None = None) -> Any:
    headers = {"content-type": "application/json"}
    if key is not None:
        headers["authorization"] = f"Bearer {key}"
    data = None if body is None else json.dumps(body).encode()
    request = urllib.request.Request(url, data=data, method=method, headers=headers)
    with urllib.request.urlopen(request, timeout=30) as response:
        return json.load(response)


@dataclass(frozen=True)
class Workspace:
    """A Braze workspace: what a person would see in the dashboard, by the sandbox's admin interface."""

    braze_url: str
    name: str
    api_key: str

    def _ask(self, method: str, part: str = "", body: object = None) -> Any:
        return _call(method, f"{self.braze_url}/_sandbox/workspaces/{quote(self.name)}{part}", body)

    def add_users(self, users: list[dict] | None = None, awkward: int = 0) -> None:
        self._ask("POST", "/users", {"users": users or [], "awkward": awkward})

    def add_segment(self, name: str = "All users", **only: object) -> str:
        return self._ask("POST", "/segments", {"name": name, "with": only})["segment_id"]

    def track(self, **arrays: list[dict]) -> None:
        """Writes to Braze as somebody else would."""
        _call("POST", f"{self.braze_url}/users/track", arrays, self.api_key)

    def fail_requests(self, **fault: object) -> None:
        self._ask("POST", "/faults", fault)

    def user(self, external_id: str) -> dict | None:
        items = self._ask("GET", f"/users?external_id={quote(external_id)}")["items"]
        return items[0] if items else None

    def users(self) -> list[dict]:
        return self._ask("GET", "/users?limit=10000")["items"]

    def events(self) -> list[dict]:
        return self._ask("GET", "/events?limit=10000")["items"]

    def sent_attributes(self) -> list[dict]:
        """The attributes objects of all requests to /users/track so far, one after the other."""
        requests = self._ask("GET", "/requests?limit=1000")["items"]
        bodies = [request["body"] for request in requests if request["path"] == "/users/track"]
        return [item for body in bodies for item in body.get("attributes", [])]


@dataclass(frozen=True)
class World:
    source_executable: str
    destination_executable: str
    braze_url: str
    s3: dict[str, str]
    #: A workspace with some of everything.
    shop: Workspace
    shop_segment: str

    @staticmethod
    def of(path: str) -> "World":
        with open(path, encoding="utf8") as file:
            told = json.load(file)
        told["shop"] = Workspace(told["braze_url"], **told["shop"])
        return World(**told)

    def new_workspace(self, name: str, **options: object) -> Workspace:
        """A workspace without cloud storage unless `options` say otherwise."""
        answer = _call("POST", f"{self.braze_url}/_sandbox/workspaces", {"name": name, **options})
        return Workspace(self.braze_url, answer["name"], answer["api_key"])

    def new_workspace_with_storage(self, name: str) -> Workspace:
        keys = {"accessKeyId": self.s3["access_key_id"], "secretAccessKey": self.s3["secret_access_key"]}
        place = {"endpoint": self.s3["endpoint"], "bucket": self.s3["bucket"], "region": self.s3["region"]}
        return self.new_workspace(name, storage={"kind": "s3", "rootPath": "braze", **place, **keys})

    def storage(self, path: str) -> dict[str, str]:
        """`object_storage_config` for a folder of the bucket."""
        return {
            "storage_type": "S3",
            "s3_bucket_name": self.s3["bucket"],
            "s3_bucket_region": self.s3["region"],
            "s3_endpoint": self.s3["endpoint"],
            "access_key_id": self.s3["access_key_id"],
            "secret_access_key": self.s3["secret_access_key"],
            "bucket_path": path,
        }

    def source_config(self, workspace: Workspace, *segments: str, **changes: object) -> dict:
        config = {
            "url": self.braze_url,
            "api_key": workspace.api_key,
            "segment_ids": list(segments),
            "segment_export": HASTE,
            "object_storage_config": self.storage("braze"),
        }
        return {**config, **changes}

    def destination_config(self, workspace: Workspace, **changes: object) -> dict:
        config = {
            "url": self.braze_url,
            "api_key": workspace.api_key,
            "object_storage_config": self.storage(f"sync/{workspace.name}"),
        }
        return {**config, **changes}
