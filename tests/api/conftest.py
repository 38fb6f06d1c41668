import json

import pytest


@pytest.fixture
def api(client):
    """Asks the network API: api("/events/?limit=2") gives the JSON; api.post(path, {...}) the response."""

    class Api:
        base = "/api/network/v1"

        def __call__(self, path: str, status: int = 200):
            answer = client.get(self.base + path)
            assert answer.status_code == status, answer.content
            return answer.json()

        def post(self, path: str, body, **headers):
            raw = body if isinstance(body, (str, bytes)) else json.dumps(body)
            return client.post(self.base + path, raw, content_type="application/json", headers=headers)

    return Api()
