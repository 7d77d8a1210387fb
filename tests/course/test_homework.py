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
    assert names == sorted(names, key=lambda name: int(name[2:])) and names[0] == "hw0"
    assert sorted(["hw10_b", "hw2_a", "hw2_b"], key=_by_number) == ["hw2_a", "hw2_b", "hw10_b"]


def test_a_courses_own_homework_stands_beside_the_librarys(toy):
    assert list(all_homeworks())[-1] == "hw7"
    assert list(toy.load_exercises()) == ["mean_square", "shifted"]


def test_an_unknown_one_is_answered_with_those_there_are():
    with pytest.raises(ValueError, match="no homework 'physics'; there are: hw0"):
        find_homework("physics")
