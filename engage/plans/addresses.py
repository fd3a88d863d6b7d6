"""Where each question of a plan is answered: on its own page, or where what it is about is."""

from flask import current_app, url_for

from engage.plans.page import PlanPage
from engage.questions.rules import Question, QuestionKind

PLACES = {
    QuestionKind.TRIO: "plan_people.trio",
    QuestionKind.CHECK_IN: "plan_people.check_in",
    QuestionKind.WORDS: "plan_sharing.words",
    QuestionKind.SHARING: "plan_sharing.sharing",
    QuestionKind.PHOTO: "plan_photo.photo",
}


def address(page: PlanPage, question: Question) -> str:
    """Return the page of a question."""
    place = PLACES.get(question.kind)
    if place is not None:
        return url_for(place, plan_id=page.plan.id)
    return url_for("plan_questions.question", plan_id=page.plan.id, question_id=question.id)


def is_there(question: Question) -> bool:
    """Say whether this house has the page of a question."""
    place = PLACES.get(question.kind)
    return place is None or place in current_app.view_functions
