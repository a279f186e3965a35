from app.live.keys import digest, fits, new_id, new_key


def test_a_key_fits_what_was_kept_of_it_and_nothing_else():
    key = new_key()
    assert fits(key, digest(key))
    assert not fits(key + "x", digest(key))
    assert not fits("\udcff", digest(key))


def test_what_is_kept_does_not_hold_the_key():
    key = new_key()
    assert key.encode() not in digest(key)


def test_ids_and_keys_never_come_twice():
    assert len({make() for make in (new_id, new_key) for _ in range(100)}) == 200
    assert len(new_id()) >= 22  # 128 bits
    assert len(new_key()) >= 43  # 256 bits
