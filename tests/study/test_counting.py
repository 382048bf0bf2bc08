from tests.study.counting import calls


def test_calls_are_counted_and_those_of_what_measures_the_tests_are_not():
    measuring = {"__package__": "slipcover"}
    exec("def take_out():\n    return [len(str(n)) for n in range(100)]\n", measuring)

    def work():
        measuring["take_out"]()
        return [len(str(n)) for n in range(3)]

    assert calls(work) == calls(lambda: [len(str(n)) for n in range(3)])
    assert calls(lambda: len("")) == calls(lambda: None) + 1
