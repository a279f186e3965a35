import hmac
import socket
import threading
from dataclasses import replace

import pytest

from app.live.hello import CHALLENGE, MARK, NONCE, PROOF, RELEASE, RESPONSE, Credentials, Greeting, Refused, introduce

CREDENTIALS = Credentials("00112233445566778899aabbccddeeff", "a secret of many letters")


def greet(ours: Credentials, theirs: Credentials, change=lambda data: data) -> list[str]:
    """Let hub and worker say hello, what the hub says being changed on the way; return who refused, and why."""
    near, far = socket.socketpair()
    refusals = []

    def work():
        try:
            introduce(far, theirs)
        except Refused as refusal:
            refusals.append(f"worker: {refusal}")
        far.close()

    worker = threading.Thread(target=work)
    worker.start()
    with near:
        greeting = Greeting(ours)
        near.sendall(change(greeting.challenge))
        response = near.recv(RESPONSE, socket.MSG_WAITALL)
        try:
            if response:
                near.sendall(change(greeting.judge(response)))
        except Refused as refusal:
            refusals.append(f"hub: {refusal}")
    worker.join()
    return refusals


def test_those_who_know_the_secret_agree():
    assert greet(CREDENTIALS, CREDENTIALS) == []


def test_a_worker_with_another_secret_is_refused():
    refusals = greet(CREDENTIALS, replace(CREDENTIALS, secret="another secret"))
    assert refusals == [
        "hub: it does not know the secret",
        "worker: the hub has hung up: it has another secret, or another version of Livenet",
    ]


def test_a_worker_of_another_start_leaves_without_an_answer():
    refusals = greet(CREDENTIALS, replace(CREDENTIALS, instance="ff" * 16))
    assert refusals == ["worker: the hub is not the one for which this worker was started"]


def test_a_hub_that_cannot_prove_itself_is_left():
    def forge(data: bytes) -> bytes:
        return bytes(PROOF) if len(data) == PROOF else data

    assert greet(CREDENTIALS, CREDENTIALS, forge) == ["worker: the hub does not know the secret"]


def test_something_else_that_answers_is_left():
    refusals = greet(CREDENTIALS, CREDENTIALS, lambda data: b"HTTP/1.1" + data[len(MARK) :])
    assert refusals == ["worker: this is no hub of this version of Livenet"]


def test_another_version_of_livenet_is_refused_by_name():
    greeting = Greeting(CREDENTIALS)
    said = b"9.9.9".ljust(RELEASE, b"\0") + bytes(NONCE)
    with pytest.raises(Refused, match=r"it has Livenet 9\.9\.9"):
        greeting.judge(said + CREDENTIALS.prove(b"worker", greeting.challenge, said))


def test_a_proof_is_good_for_one_challenge_and_one_role():
    first, second = Greeting(CREDENTIALS), Greeting(CREDENTIALS)
    said = bytes(RELEASE + NONCE)
    for proof in (
        CREDENTIALS.prove(b"worker", second.challenge, said),
        CREDENTIALS.prove(b"hub", first.challenge, said),
        CREDENTIALS.prove(b"worker", first.challenge, said[::-1] + b"x"),
        bytes(PROOF),
    ):
        with pytest.raises(Refused, match="does not know the secret"):
            first.judge(said + proof)


def test_the_proof_is_the_code_that_others_compute():
    text = b"worker" + b"c" * CHALLENGE + b"said"
    assert (
        CREDENTIALS.prove(b"worker", b"c" * CHALLENGE, b"said")
        == hmac.new(b"a secret of many letters", text, "sha256").digest()
    )


def test_every_start_has_its_own_instance_and_its_own_secret_unless_one_is_chosen():
    first, second = Credentials.fresh(), Credentials.fresh()
    assert first.instance != second.instance
    assert first.secret != second.secret
    assert Credentials.fresh("chosen by the operator").secret == "chosen by the operator"
