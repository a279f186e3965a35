from app.catalogue import catalogue


def test_the_catalogue_is_that_of_the_registries(client):
    response = client.get("/api/catalogue")
    assert response.headers["content-type"] == "application/json"
    assert response.json() == catalogue()


def test_every_default_can_be_trained(client, make_session):
    session = make_session(client.get("/api/catalogue").json()["default_experiment"])
    assert session.post("/step", {"steps": 1})["step"] == 1
