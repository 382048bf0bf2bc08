from tests.study.counting import calls


def test_work_is_counted_again_where_what_measures_the_tests_came_in_between():
    measuring = {}
    exec(compile("def take_out():\n    return [len(str(n)) for n in range(100)]\n", "slipcover.py", "exec"), measuring)
    rounds = []

    def work():
        rounds.append(1)
        if len(rounds) < 3:
            measuring["take_out"]()

    assert calls(work) < 100 and len(rounds) == 3
    assert calls(lambda: len("")) == calls(lambda: None) + 1
