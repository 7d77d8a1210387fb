"""Finding the homeworks, by every name that a person may use, and those of a course's own."""

import pytest

from abinitio.course.homework import _by_number, all_homeworks, find_homework


def test_a_homework_is_found_by_name_number_and_package():
    homework = all_homeworks()["hw0"]
    for name in ("hw0", "HW0", "0", homework.package.rpartition(".")[2]):
        assert find_homework(name) == homework
    assert homework.notebook.exists() and homework.folder.name == homework.package.rpartition(".")[2]


def test_homeworks_come_in_order():
    names = list(all_homeworks())
    assert names == sorted(names, key=_by_number) and names[0] == "hw0" and names[-1][0] == "x"
    assert sorted(["x1_c", "hw10_b", "hw2_a", "hw2_b"], key=_by_number) == ["hw2_a", "hw2_b", "hw10_b", "x1_c"]


def test_a_courses_own_homework_stands_beside_the_librarys(toy):
    assert [name for name in all_homeworks() if name.startswith("hw")][-1] == "hw7"
    assert list(toy.load_exercises()) == ["mean_square", "shifted"]


def test_an_experiment_asks_for_nothing():
    experiment = find_homework("x1")
    assert experiment.is_experiment and experiment.asks == "an experiment" and experiment.load_exercises() == {}
    assert not find_homework("hw0").is_experiment and find_homework("hw0").asks == "6 exercises, 10 points"


def test_an_unknown_one_is_answered_with_those_there_are():
    with pytest.raises(ValueError, match="no homework 'physics'; there are: hw0"):
        find_homework("physics")
