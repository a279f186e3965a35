from app.live.crew import Subprocesses
from app.live.crews import choose_crew
from app.live.dask_crew import DaskCrew
from app.settings import Settings


def test_one_machine_needs_no_dask():
    crew = choose_crew(Settings(workers=3))
    assert isinstance(crew, Subprocesses)
    assert (crew.size, crew.at_start, crew.listen) == (3, 3, None)


def test_a_cluster_is_dialled_from_where_it_is_faced():
    crew = choose_crew(Settings(dask="tcp://127.0.0.1:8786"))
    assert isinstance(crew, DaskCrew)
    assert (crew.at_start, crew.listen) == (0, "tcp://127.0.0.1:0")
    chosen = choose_crew(Settings(dask="tcp://127.0.0.1:8786", listen_workers="tcp://0.0.0.0:8787"))
    assert chosen.listen == "tcp://0.0.0.0:8787"


def test_a_cluster_of_this_machine_has_as_many_workers_as_chosen():
    crew = choose_crew(Settings(dask="local", workers=5))
    assert isinstance(crew, DaskCrew)
    assert (crew.size, crew.listen) == (5, "tcp://127.0.0.1:0")
